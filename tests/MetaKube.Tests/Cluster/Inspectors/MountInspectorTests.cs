using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Faults;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class MountInspectorTests
{
    private static Given Failing(string message, string reason = "FailedMount") =>
        Given.Pod("shop/web").Phase("Pending").Waiting("ContainerCreating").Event(reason, message, 5);

    [Theory]
    [InlineData(
        "MountVolume.SetUp failed for volume \"c\" : configmap \"app\" not found",
        ConfigurationFaults.MissingConfigMap
    )]
    [InlineData(
        "MountVolume.SetUp failed for volume \"s\" : secret \"db\" not found",
        ConfigurationFaults.MissingSecret
    )]
    [InlineData("references non-existent config key: app.yaml", ConfigurationFaults.MissingKey)]
    [InlineData("Multi-Attach error for volume \"pvc-1\"", ResourceFaults.VolumeAttachFailed)]
    [InlineData("MountVolume.SetUp failed for volume \"nfs\" : exit status 32", ResourceFaults.VolumeMountFailed)]
    public void The_event_decides_the_fault(string message, string fault) =>
        Failing(message).Faults<MountInspector>().ShouldBe([fault]);

    [Fact]
    public void A_missing_key_names_the_volume_that_asks_for_it() =>
        Failing("references non-existent config key: app.yaml")
            .Where(pod =>
                pod.Spec.Volumes = [
                    new()
                    {
                        Name = "c",
                        ConfigMap = new() { Name = "app", Items = [new() { Key = "app.yaml", Path = "app.yaml" }] },
                    },
                ]
            )
            .Finding<MountInspector>()
            .Facts["object"]
            .ShouldBe("configmap/app");

    [Fact]
    public void A_timeout_does_not_hide_the_reason_that_another_event_has() =>
        Failing("secret \"db\" not found")
            .Event("FailedMount", "Unable to attach or mount volumes: timed out waiting for the condition", 1)
            .Faults<MountInspector>()
            .ShouldBe([ConfigurationFaults.MissingSecret]);

    [Fact]
    public void A_failure_before_the_image_was_pulled_is_overcome() =>
        Failing("secret \"db\" not found")
            .Event("Pulled", "Container image is present", 1, "Normal")
            .Faults<MountInspector>()
            .ShouldBeEmpty();

    [Fact]
    public void A_pod_that_runs_has_its_volumes() =>
        Given.Pod("shop/web").Event("FailedMount", "secret \"db\" not found").Faults<MountInspector>().ShouldBeEmpty();
}
