using k8s.Models;

namespace MetaKube.Cluster.Text;

/// <summary>Volume claims and volumes as <c>kubectl describe</c> and <c>kubectl get</c> print them.</summary>
internal static class PastedStorage
{
    private static readonly Dictionary<string, string> AccessModes = new()
    {
        ["RWO"] = "ReadWriteOnce",
        ["ROX"] = "ReadOnlyMany",
        ["RWX"] = "ReadWriteMany",
        ["RWOP"] = "ReadWriteOncePod",
    };

    /// <summary>
    /// A described claim. Its capacity and access modes are those of the volume it is bound to; what a claim asks for
    /// is not printed.
    /// </summary>
    public static V1PersistentVolumeClaim Claim(DescribedField root, V1ObjectMeta meta) =>
        Claim(
            meta,
            root.Text("StorageClass"),
            root.Text("Volume"),
            meta.DeletionTimestamp is null ? root.Text("Status") : "Pending"
        );

    /// <summary>A row of a table of claims.</summary>
    public static V1PersistentVolumeClaim Claim(V1ObjectMeta meta, Func<string, string> cell) =>
        Claim(meta, cell("STORAGECLASS"), cell("VOLUME"), cell("STATUS"));

    private static V1PersistentVolumeClaim Claim(
        V1ObjectMeta meta,
        string? storageClass,
        string? volume,
        string? phase
    ) =>
        new()
        {
            Metadata = meta,
            Spec = new() { StorageClassName = storageClass ?? "", VolumeName = volume ?? "" },
            Status = new() { Phase = phase },
        };

    /// <summary>A described volume.</summary>
    public static V1PersistentVolume Volume(DescribedField root, V1ObjectMeta meta) =>
        Volume(
            meta,
            root.Text("Capacity"),
            root.Text("Access Modes"),
            root.Text("StorageClass"),
            root.Text("Claim"),
            root.Text("Status")?.Split(' ')[0]
        );

    /// <summary>A row of a table of volumes; it has no labels.</summary>
    public static V1PersistentVolume Volume(V1ObjectMeta meta, Func<string, string> cell) =>
        Volume(meta, cell("CAPACITY"), cell("ACCESS MODES"), cell("STORAGECLASS"), cell("CLAIM"), cell("STATUS"));

    private static V1PersistentVolume Volume(
        V1ObjectMeta meta,
        string? capacity,
        string? modes,
        string? storageClass,
        string? claim,
        string? phase
    )
    {
        meta.NamespaceProperty = null;
        return new()
        {
            Metadata = meta,
            Spec = new()
            {
                Capacity = string.IsNullOrEmpty(capacity)
                    ? null
                    : new Dictionary<string, ResourceQuantity> { ["storage"] = new(capacity) },
                AccessModes = [.. Words(modes).Select(mode => AccessModes.GetValueOrDefault(mode, mode))],
                StorageClassName = storageClass ?? "",
                ClaimRef = claim?.Split('/') is [var ns, var name]
                    ? new() { NamespaceProperty = ns, Name = name }
                    : null,
            },
            Status = new() { Phase = phase },
        };
    }

    private static string[] Words(string? text) =>
        (text ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
