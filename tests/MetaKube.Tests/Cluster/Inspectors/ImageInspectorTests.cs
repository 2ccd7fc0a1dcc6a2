using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Faults;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class ImageInspectorTests
{
    private const string Image = "registry/web:1";

    private static Given Failed(string words) =>
        Given
            .Pod("shop/web")
            .Waiting("ImagePullBackOff", $"Back-off pulling image \"{Image}\"")
            .Event("Failed", $"Failed to pull image \"{Image}\": {words}");

    [Theory]
    [InlineData("manifest unknown", ImageFaults.NotFound)]
    [InlineData("not found", ImageFaults.NotFound)]
    [InlineData("401 Unauthorized", ImageFaults.RegistryAuth)]
    [InlineData("429 Too Many Requests", ImageFaults.RateLimited)]
    [InlineData("dial tcp: lookup registry: no such host", ImageFaults.RegistryUnreachable)]
    [InlineData("no match for platform in manifest", ImageFaults.WrongArchitecture)]
    public void The_registrys_own_words_decide_the_fault(string words, string fault) =>
        Failed(words).Faults<ImageInspector>().ShouldBe([fault]);

    [Theory]
    [InlineData("InvalidImageName", ImageFaults.InvalidName)]
    [InlineData("ErrImageNeverPull", ImageFaults.NeverPullAbsent)]
    public void Some_reasons_need_no_message(string reason, string fault) =>
        Given.Pod("shop/web").Waiting(reason).Faults<ImageInspector>().ShouldBe([fault]);

    [Fact]
    public void A_refused_pull_names_the_pull_secret_that_does_not_exist()
    {
        var finding = Failed("401 Unauthorized")
            .Where(pod => pod.Spec.ImagePullSecrets = [new() { Name = "regcred" }])
            .Complete("Secret")
            .Finding<ImageInspector>();
        finding.About.ShouldBe(new("Secret", "shop", "regcred"));
        finding.Facts["secret"].ShouldBe("regcred");
    }

    [Fact]
    public void A_pull_secret_that_may_exist_is_not_accused() =>
        Failed("401 Unauthorized")
            .Where(pod => pod.Spec.ImagePullSecrets = [new() { Name = "regcred" }])
            .Finding<ImageInspector>()
            .About.ShouldBeNull();

    [Fact]
    public void The_images_own_name_does_not_decide() =>
        Given
            .Pod("shop/web")
            .Spec(container => container.Image = "registry/not-found-service:401")
            .Waiting("ImagePullBackOff", "Back-off pulling image \"registry/not-found-service:401\"")
            .Finding<ImageInspector>()
            .Fault.ShouldBeNull();

    [Fact]
    public void A_container_that_runs_or_waits_for_something_else_has_no_finding()
    {
        Given
            .Pod("shop/web")
            .Event("Failed", $"Failed to pull image \"{Image}\": manifest unknown")
            .Faults<ImageInspector>()
            .ShouldBeEmpty();
        Given.Pod("shop/web").Waiting("ContainerCreating").Faults<ImageInspector>().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("ngnix:1.27", ImageFaults.NotFound)]
    [InlineData("acme/shop:1", ImageFaults.RegistryAuth)]
    [InlineData("registry.example/wbe:1", ImageFaults.NotFound)]
    public void A_refusal_without_a_pull_secret_blames_a_name_that_looks_misspelt(string image, string fault) =>
        Given
            .Pod("shop/other")
            .Spec(container => container.Image = "registry.example/web:2")
            .WithPod("shop/web")
            .Spec(container => container.Image = image)
            .Waiting("ImagePullBackOff")
            .Event(
                "Failed",
                $"Failed to pull image \"{image}\": pull access denied, repository does not exist or may require "
                    + "authorization: server message: insufficient_scope"
            )
            .Faults<ImageInspector>()
            .ShouldBe([fault]);
}
