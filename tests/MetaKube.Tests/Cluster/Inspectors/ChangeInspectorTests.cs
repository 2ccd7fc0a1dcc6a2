using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Faults;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class ChangeInspectorTests
{
    private static V1PodTemplateSpec Template(string image) =>
        new() { Spec = new() { Containers = [new() { Name = "app", Image = image }] } };

    private static Given Revision(Given given, int number, double minutesAgo, string image) =>
        given.With<V1ReplicaSet>(
            $"shop/web-{number}",
            set =>
            {
                set.Metadata.CreationTimestamp = Given.Ago(minutesAgo);
                set.Metadata.Annotations = new Dictionary<string, string>
                {
                    ["deployment.kubernetes.io/revision"] = $"{number}",
                };
                set.Metadata.OwnerReferences = [new() { Kind = "Deployment", Name = "web" }];
                set.Spec = new() { Selector = new(), Template = Template(image) };
            }
        );

    /// <summary>A pod of revision 2 that began to fail ten minutes ago.</summary>
    private static Given Failing() =>
        Given
            .Pod("shop/web-2-abc")
            .Where(pod =>
            {
                pod.Metadata.CreationTimestamp = Given.Ago(12);
                pod.Metadata.OwnerReferences = [new() { Kind = "ReplicaSet", Name = "web-2" }];
            })
            .CrashLooping()
            .Event("BackOff", "Back-off restarting failed container", 10);

    [Fact]
    public void A_rollout_just_before_the_failure_is_reported_with_its_difference()
    {
        var finding = Revision(Revision(Failing(), 1, 600, "web:1"), 2, 12, "web:2").Finding<ChangeInspector>();
        finding.IsChange.ShouldBeTrue();
        finding.Fault.ShouldBeNull();
        finding.About.ShouldBe(new("Deployment", "shop", "web"));
        finding.Quote.ShouldContain("web:1 → web:2");
        finding.Facts["revision"].ShouldBe("1");
    }

    [Fact]
    public void An_edited_ConfigMap_that_the_pod_uses_is_reported() =>
        Failing()
            .Where(pod => pod.Metadata.CreationTimestamp = Given.Ago(600))
            .Env("URL", configMap: "app")
            .With<V1ConfigMap>("shop/app", map => map.Metadata.ManagedFields = [new() { Time = Given.Ago(15) }])
            .Finding<ChangeInspector>()
            .About.ShouldBe(new("ConfigMap", "shop", "app"));

    [Fact]
    public void A_rebooted_node_is_reported() =>
        Failing()
            .EventAbout(new("Node", null, "node-1"), "Rebooted", "Node node-1 has been rebooted", 15)
            .Finding<ChangeInspector>()
            .AboutDescription.ShouldBe("reported Rebooted");

    [Fact]
    public void A_rollout_hours_before_the_failure_did_not_bring_it() =>
        Revision(Revision(Failing(), 1, 900, "web:1"), 2, 300, "web:2").Faults<ChangeInspector>().ShouldBeEmpty();

    [Fact]
    public void A_rollout_that_changed_nothing_is_not_reported() =>
        Revision(Revision(Failing(), 1, 600, "web:1"), 2, 12, "web:1").Faults<ChangeInspector>().ShouldBeEmpty();

    [Fact]
    public void A_rollback_is_not_reported() =>
        Revision(Revision(Failing(), 1, 11, "web:1"), 2, 12, "web:2").Faults<ChangeInspector>().ShouldBeEmpty();

    [Fact]
    public void A_ConfigMap_that_was_edited_after_the_failure_began_is_not_reported() =>
        Failing()
            .Where(pod => pod.Metadata.CreationTimestamp = Given.Ago(600))
            .Env("URL", configMap: "app")
            .With<V1ConfigMap>("shop/app", map => map.Metadata.ManagedFields = [new() { Time = Given.Ago(2) }])
            .Faults<ChangeInspector>()
            .ShouldBeEmpty();

    [Fact]
    public void A_healthy_pod_has_no_changes_to_report() =>
        Given
            .Pod("shop/web")
            .EventAbout(new("Node", null, "node-1"), "Rebooted", "Node node-1 has been rebooted", 50)
            .Faults<ChangeInspector>()
            .ShouldBeEmpty();

    [Theory]
    [InlineData(12, true)]
    [InlineData(200, false)]
    public void A_rollout_names_who_wrote_the_template(double writtenMinutesAgo, bool names)
    {
        var finding = Revision(Revision(Failing(), 1, 600, "web:1"), 2, 12, "web:2")
            .With<V1Deployment>(
                "shop/web",
                item => item.Metadata.ManagedFields = [Given.Write("kubectl-edit", writtenMinutesAgo, "spec.template")]
            )
            .Finding<ChangeInspector>();
        finding.Summary.Contains("by kubectl-edit", StringComparison.Ordinal).ShouldBe(names);
    }
}
