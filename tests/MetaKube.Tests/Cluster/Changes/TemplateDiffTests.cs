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
            .ToString()
            .ShouldContain("containers[app].image: web:1 → web:2");

    [Fact]
    public void A_new_variable_is_named_and_a_credential_is_not_shown()
    {
        TemplateDiff
            .Between(Template(), Template(container => container.Env = [new() { Name = "MODE", Value = "fast" }]))
            .ShouldHaveSingleItem()
            .ToString()
            .ShouldContain("null → fast");
        TemplateDiff
            .Between(
                Template(),
                Template(container => container.Env = [new() { Name = "DB_PASSWORD", Value = "geheim" }])
            )
            .ShouldHaveSingleItem()
            .ToString()
            .ShouldNotContain("geheim");
    }

    [Theory]
    [InlineData("containers[app].env[FEATURE_SPLIT].value", null, "on", "FEATURE_SPLIT was turned on")]
    [InlineData("containers[app].env[FEATURE_SPLIT].value", "true", "false", "FEATURE_SPLIT was turned off")]
    [InlineData("containers[app].env[WORKERS].value", null, "1", "WORKERS was set to 1")]
    [InlineData("containers[app].env[MODE].value", "slow", "fast", "MODE went from slow to fast")]
    [InlineData("containers[app].env[MODE].value", "slow", null, "MODE was removed")]
    [InlineData("containers[app].env[DB_PASSWORD].value", "old", "geheim", "DB_PASSWORD was changed")]
    [InlineData("containers[app].image", "r.io/web:1", "r.io/web:2", "the image of app went from web:1 to web:2")]
    [InlineData("containers[app].image", "a/web:1", "b/web:1", "the image of app went from a/web:1 to b/web:1")]
    [InlineData(
        "containers[app].resources.limits.memory",
        "128Mi",
        "64Mi",
        "the memory limit of app went from 128Mi to 64Mi"
    )]
    [InlineData(
        "containers[app].livenessProbe.httpGet.path",
        "/a",
        "/b",
        "the liveness probe of app (path) went from /a to /b"
    )]
    [InlineData(
        "containers[app].volumeMounts[data].mountPath",
        null,
        "/data",
        "the mount of data of app was set to /data"
    )]
    [InlineData("volumes[data].emptyDir.medium", null, "Memory", "volume data was set to Memory")]
    [InlineData("serviceAccountName", "a", "b", "the pod's service account name went from a to b")]
    public void A_change_is_told_in_words(string path, string? before, string? after, string words) =>
        new TemplateChange(path, before, after).InWords.ShouldBe(words);

    [Fact]
    public void Equal_templates_have_no_difference() => TemplateDiff.Between(Template(), Template()).ShouldBeEmpty();

    [Theory]
    [InlineData("kubectl.kubernetes.io/restartedAt")]
    [InlineData("pod-template-hash")]
    public void A_restart_changes_nothing_that_runs(string annotation) =>
        TemplateDiff.Between(Template(), Template(annotation: annotation)).ShouldBeEmpty();
}
