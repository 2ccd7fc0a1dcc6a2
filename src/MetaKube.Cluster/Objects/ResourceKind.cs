using System.Text.Json;
using k8s;
using k8s.Models;

namespace MetaKube.Cluster.Objects;

/// <summary>A kind that this program reads, with the API versions that serve it, the newest first.</summary>
internal sealed record ResourceKind(
    string Kind,
    string Plural,
    bool IsNamespaced,
    Type Type,
    IReadOnlyList<string> GroupVersions
)
{
    /// <summary>Reads one object of this kind.</summary>
    public required Func<JsonElement, IKubernetesObject<V1ObjectMeta>?> Parse { get; init; }

    public static readonly IReadOnlyList<ResourceKind> All =
    [
        Namespaced<V1Pod>("Pod", "pods", "api/v1"),
        Namespaced<Corev1Event>("Event", "events", "api/v1"),
        Namespaced<V1Service>("Service", "services", "api/v1"),
        Namespaced<V1Endpoints>("Endpoints", "endpoints", "api/v1"),
        Namespaced<V1ConfigMap>("ConfigMap", "configmaps", "api/v1"),
        Namespaced<V1Secret>("Secret", "secrets", "api/v1"),
        Namespaced<V1PersistentVolumeClaim>("PersistentVolumeClaim", "persistentvolumeclaims", "api/v1"),
        ClusterScoped<V1PersistentVolume>("PersistentVolume", "persistentvolumes", "api/v1"),
        ClusterScoped<V1Node>("Node", "nodes", "api/v1"),
        ClusterScoped<V1Namespace>("Namespace", "namespaces", "api/v1"),
        Namespaced<V1ResourceQuota>("ResourceQuota", "resourcequotas", "api/v1"),
        Namespaced<V1LimitRange>("LimitRange", "limitranges", "api/v1"),
        Namespaced<V1ServiceAccount>("ServiceAccount", "serviceaccounts", "api/v1"),
        Namespaced<V1Deployment>("Deployment", "deployments", "apis/apps/v1"),
        Namespaced<V1ReplicaSet>("ReplicaSet", "replicasets", "apis/apps/v1"),
        Namespaced<V1StatefulSet>("StatefulSet", "statefulsets", "apis/apps/v1"),
        Namespaced<V1DaemonSet>("DaemonSet", "daemonsets", "apis/apps/v1"),
        Namespaced<V1Job>("Job", "jobs", "apis/batch/v1"),
        Namespaced<V1CronJob>("CronJob", "cronjobs", "apis/batch/v1", "apis/batch/v1beta1"),
        Namespaced<V2HorizontalPodAutoscaler>(
            "HorizontalPodAutoscaler",
            "horizontalpodautoscalers",
            "apis/autoscaling/v2",
            "apis/autoscaling/v2beta2"
        ),
        Namespaced<V1PodDisruptionBudget>(
            "PodDisruptionBudget",
            "poddisruptionbudgets",
            "apis/policy/v1",
            "apis/policy/v1beta1"
        ),
        Namespaced<V1Ingress>("Ingress", "ingresses", "apis/networking.k8s.io/v1"),
        ClusterScoped<V1IngressClass>("IngressClass", "ingressclasses", "apis/networking.k8s.io/v1"),
        Namespaced<V1NetworkPolicy>("NetworkPolicy", "networkpolicies", "apis/networking.k8s.io/v1"),
        ClusterScoped<V1StorageClass>("StorageClass", "storageclasses", "apis/storage.k8s.io/v1"),
        ClusterScoped<V1ValidatingWebhookConfiguration>(
            "ValidatingWebhookConfiguration",
            "validatingwebhookconfigurations",
            "apis/admissionregistration.k8s.io/v1"
        ),
        ClusterScoped<V1MutatingWebhookConfiguration>(
            "MutatingWebhookConfiguration",
            "mutatingwebhookconfigurations",
            "apis/admissionregistration.k8s.io/v1"
        ),
    ];

    private static readonly Dictionary<string, ResourceKind> ByKind = All.ToDictionary(kind => kind.Kind);
    private static readonly Dictionary<Type, ResourceKind> ByType = All.ToDictionary(kind => kind.Type);

    public static ResourceKind? Find(string? kind) =>
        kind is not null && ByKind.TryGetValue(kind, out var found) ? found : null;

    public static string KindOf(Type type) => ByType[type].Kind;

    private static readonly Dictionary<string, ResourceKind> ByName = All.SelectMany(kind =>
            ShortNames(kind.Kind)
                .Append(kind.Plural)
                .Append(kind.Kind.ToLowerInvariant())
                .Distinct()
                .Select(name => (Name: name, Kind: kind))
        )
        .ToDictionary(pair => pair.Name, pair => pair.Kind, StringComparer.OrdinalIgnoreCase);

    /// <summary>The kind by any name that kubectl accepts: singular, plural or short; null for none of these.</summary>
    public static ResourceKind? Named(string? name) =>
        name is not null && ByName.TryGetValue(name, out var found) ? found : null;

    private static string[] ShortNames(string kind) =>
        kind switch
        {
            "Pod" => ["po"],
            "Event" => ["ev"],
            "Service" => ["svc"],
            "Endpoints" => ["ep", "endpoint"],
            "ConfigMap" => ["cm"],
            "PersistentVolumeClaim" => ["pvc"],
            "PersistentVolume" => ["pv"],
            "Node" => ["no"],
            "Namespace" => ["ns", "project", "projects"],
            "ResourceQuota" => ["quota"],
            "LimitRange" => ["limits"],
            "ServiceAccount" => ["sa"],
            "Deployment" => ["deploy"],
            "ReplicaSet" => ["rs"],
            "StatefulSet" => ["sts"],
            "DaemonSet" => ["ds"],
            "CronJob" => ["cj"],
            "HorizontalPodAutoscaler" => ["hpa"],
            "PodDisruptionBudget" => ["pdb"],
            "Ingress" => ["ing"],
            "NetworkPolicy" => ["netpol"],
            "StorageClass" => ["sc"],
            _ => [],
        };

    private static ResourceKind Namespaced<T>(string kind, string plural, params string[] groupVersions)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        new(kind, plural, true, typeof(T), groupVersions) { Parse = element => KubernetesJson.Deserialize<T>(element) };

    private static ResourceKind ClusterScoped<T>(string kind, string plural, params string[] groupVersions)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        Namespaced<T>(kind, plural, groupVersions) with
        {
            IsNamespaced = false,
        };
}
