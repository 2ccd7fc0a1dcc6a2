using k8s.Models;
using MetaKube.Cluster.Objects;

namespace MetaKube.Tests.Cluster.Objects;

public sealed class PodReferencesTests
{
    private static readonly V1Container App = new()
    {
        Name = "app",
        EnvFrom = [new() { ConfigMapRef = new() { Name = "app" } }],
        Env =
        [
            new()
            {
                Name = "PASSWORD",
                ValueFrom = new()
                {
                    SecretKeyRef = new() { Name = "db", Key = "password" },
                },
            },
        ],
    };

    private static readonly V1Volume[] Volumes =
    [
        new()
        {
            Name = "a",
            ConfigMap = new() { Name = "app" },
        },
        new()
        {
            Name = "b",
            Secret = new() { SecretName = "tls" },
        },
        new()
        {
            Name = "c",
            PersistentVolumeClaim = new() { ClaimName = "data" },
        },
    ];

    [Fact]
    public void References_are_found_in_volumes_variables_and_pull_secrets_each_once()
    {
        var spec = new V1PodSpec
        {
            ImagePullSecrets = [new() { Name = "regcred" }],
            Volumes = Volumes,
            Containers = [App],
        };
        PodReferences
            .Of(spec)
            .ShouldBe(
                [
                    ("ConfigMap", "app"),
                    ("Secret", "tls"),
                    ("PersistentVolumeClaim", "data"),
                    ("Secret", "db"),
                    ("Secret", "regcred"),
                ],
                ignoreOrder: true
            );
    }

    [Fact]
    public void A_pod_without_references_has_none() =>
        PodReferences.Of(new V1PodSpec { Containers = [new() { Name = "app" }] }).ShouldBeEmpty();
}
