using k8s.Models;
using MetaKube.Cluster.Changes;

namespace MetaKube.Tests.Cluster.Changes;

public sealed class TemplateDiffTests
{
    private static V1PodTemplateSpec Template(Action<V1Container>? configure = null, string? annotation = null)
    {
        var container = new V1Container { Name = "app", Image = "web:1" };
        configure?.Invoke(container);
        return new()
        {
            Metadata = annotation is null
                ? new()
                : new() { Annotations = new Dictionary<string, string> { [annotation] = "x" } },
            Spec = new() { Containers = [container] },
        };
    }

    [Fact]
    public void A_changed_image_is_named_by_its_container() =>
        TemplateDiff
            .Between(Template(), Template(container => container.Image = "web:2"))
            .ShouldHaveSingleItem()
            .ShouldContain("containers[app].image: web:1 → web:2");

    [Fact]
    public void A_new_variable_is_named_and_a_credential_is_not_shown()
    {
        TemplateDiff
            .Between(Template(), Template(container => container.Env = [new() { Name = "MODE", Value = "fast" }]))
            .ShouldHaveSingleItem()
            .ShouldContain("null → fast");
        TemplateDiff
            .Between(
                Template(),
                Template(container => container.Env = [new() { Name = "DB_PASSWORD", Value = "geheim" }])
            )
            .ShouldHaveSingleItem()
            .ShouldNotContain("geheim");
    }

    [Fact]
    public void Equal_templates_have_no_difference() => TemplateDiff.Between(Template(), Template()).ShouldBeEmpty();

    [Theory]
    [InlineData("kubectl.kubernetes.io/restartedAt")]
    [InlineData("pod-template-hash")]
    public void A_restart_changes_nothing_that_runs(string annotation) =>
        TemplateDiff.Between(Template(), Template(annotation: annotation)).ShouldBeEmpty();
}
