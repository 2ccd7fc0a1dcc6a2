using k8s;
using k8s.Models;
using MetaKube.Cluster.Redaction;

namespace MetaKube.Cluster.Objects;

/// <summary>Credentials that a pod's specification holds in plain text, in variables and in arguments.</summary>
internal static class PodCredentials
{
    /// <summary>
    /// The credentials of a pod or of a workload's template. Words are left out, because they would redact harmless
    /// text
    /// wherever they occur.
    /// </summary>
    public static IEnumerable<string> Of(IKubernetesObject<V1ObjectMeta> item)
    {
        if (SpecOf(item) is not { } spec)
            yield break;
        foreach (var container in (spec.Containers ?? []).Concat(spec.InitContainers ?? []))
        {
            foreach (var variable in container?.Env ?? [])
                if (variable?.Value is { } value && IsCredential(variable.Name, value))
                    yield return value;
            string[] words = [.. container?.Command ?? [], .. container?.Args ?? []];
            for (var i = 1; i < words.Length; i++)
                if (words[i - 1]?.StartsWith('-') == true && IsCredential(words[i - 1], words[i]))
                    yield return words[i];
        }
    }

    private static bool IsCredential(string? name, string? value) =>
        name is not null
        && value is not null
        && Redactor.IsCredentialName(name)
        && !SecretValue.IsPlaceholder(value)
        && SecretValue.IsRandom(value);

    private static V1PodSpec? SpecOf(IKubernetesObject<V1ObjectMeta> item) =>
        item switch
        {
            V1Pod pod => pod.Spec,
            V1Deployment deployment => deployment.Spec?.Template?.Spec,
            V1ReplicaSet set => set.Spec?.Template?.Spec,
            V1StatefulSet set => set.Spec?.Template?.Spec,
            V1DaemonSet set => set.Spec?.Template?.Spec,
            V1Job job => job.Spec?.Template?.Spec,
            V1CronJob cron => cron.Spec?.JobTemplate?.Spec?.Template?.Spec,
            _ => null,
        };
}
