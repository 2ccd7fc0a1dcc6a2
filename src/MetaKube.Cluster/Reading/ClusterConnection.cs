using k8s;
using k8s.KubeConfigModels;
using MetaKube.Model;
using YamlDotNet.Serialization;

namespace MetaKube.Cluster.Reading;

/// <summary>
/// A client for a cluster, the cluster's name in answers, and the namespaces to read where the whole cluster must not
/// be listed.
/// </summary>
public sealed record ClusterConnection(Kubernetes Client, string Name, IReadOnlyList<string> Namespaces)
{
    /// <summary>
    /// Connects by a kubeconfig file and context, or as the ServiceAccount of the pod that this process runs in.
    /// </summary>
    /// <exception cref="EvidenceUnavailableException">There is no kubeconfig, or it cannot be used.</exception>
    public static ClusterConnection Open(
        string? kubeconfig,
        string? context,
        string? name,
        IReadOnlyList<string> namespaces
    )
    {
        try
        {
            var inCluster = kubeconfig is null && context is null && KubernetesClientConfiguration.IsInCluster();
            var config = inCluster
                ? KubernetesClientConfiguration.InClusterConfig()
                : KubernetesClientConfiguration.BuildConfigFromConfigObject(
                    Read(kubeconfig ?? DefaultKubeconfig()),
                    context
                );
            string[] own = config.Namespace is { Length: > 0 } ns ? [ns] : [];
            return new(new Kubernetes(config), name ?? config.CurrentContext ?? config.Host, [.. namespaces, .. own]);
        }
        catch (Exception e)
            when (e
                    is k8s.Exceptions.KubeConfigException
                        or IOException
                        or UnauthorizedAccessException
                        or YamlDotNet.Core.YamlException
                        or FormatException
                        or ArgumentException
                        or System.Security.Cryptography.CryptographicException
            )
        {
            throw new EvidenceUnavailableException($"The kubeconfig cannot be used: {e.Message}", e);
        }
    }

    /// <summary>
    /// The client's own reader first builds a map of every API type, which takes three times as long.
    /// </summary>
    private static K8SConfiguration Read(string file)
    {
        using var reader = File.OpenText(file);
        var config =
            new DeserializerBuilder().IgnoreUnmatchedProperties().Build().Deserialize<K8SConfiguration?>(reader)
            ?? throw new FormatException($"{file} is empty");
        // Certificates are named relative to it.
        config.FileName = file;
        return config;
    }

    private static string DefaultKubeconfig()
    {
        // KUBECONFIG may list several files; the library takes one, and kubectl's first is the one that is written to.
        var listed = Environment
            .GetEnvironmentVariable("KUBECONFIG")
            ?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault(File.Exists);
        return listed ?? KubernetesClientConfiguration.KubeConfigDefaultLocation;
    }
}
