using k8s.Models;

namespace MetaKube.Cluster.Objects;

/// <summary>The objects that a pod's spec names.</summary>
internal static class PodReferences
{
    public static IEnumerable<V1Container> Containers(V1PodSpec spec) =>
        (spec.InitContainers ?? []).Concat(spec.Containers ?? []);

    /// <summary>Kind and name of every ConfigMap, Secret and claim that is referred to, required or not.</summary>
    public static IEnumerable<(string Kind, string Name)> Of(V1PodSpec spec) =>
        FromVolumes(spec)
            .Concat(FromEnvironment(spec))
            .Concat((spec.ImagePullSecrets ?? []).Select(secret => ("Secret", secret.Name)))
            .Where(reference => !string.IsNullOrEmpty(reference.Item2))
            .Distinct();

    private static IEnumerable<(string, string)> FromVolumes(V1PodSpec spec)
    {
        foreach (var volume in spec.Volumes ?? [])
        {
            if (volume.ConfigMap is { } map)
                yield return ("ConfigMap", map.Name);
            if (volume.Secret is { } secret)
                yield return ("Secret", secret.SecretName);
            if (volume.PersistentVolumeClaim is { } claim)
                yield return ("PersistentVolumeClaim", claim.ClaimName);
            foreach (var source in volume.Projected?.Sources ?? [])
            {
                if (source.ConfigMap is { } projectedMap)
                    yield return ("ConfigMap", projectedMap.Name);
                if (source.Secret is { } projectedSecret)
                    yield return ("Secret", projectedSecret.Name);
            }
        }
    }

    private static IEnumerable<(string, string)> FromEnvironment(V1PodSpec spec)
    {
        foreach (var container in Containers(spec))
        {
            foreach (var from in container.EnvFrom ?? [])
            {
                if (from.ConfigMapRef is { } map)
                    yield return ("ConfigMap", map.Name);
                if (from.SecretRef is { } secret)
                    yield return ("Secret", secret.Name);
            }
            foreach (var source in (container.Env ?? []).Select(variable => variable.ValueFrom))
            {
                if (source?.ConfigMapKeyRef is { } key)
                    yield return ("ConfigMap", key.Name);
                if (source?.SecretKeyRef is { } secretKey)
                    yield return ("Secret", secretKey.Name);
            }
        }
    }
}
