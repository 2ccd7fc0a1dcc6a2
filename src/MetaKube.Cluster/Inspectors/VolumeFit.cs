using k8s.Models;
using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Inspectors;

/// <summary>A volume held against a claim, field by field, as the controller that binds them does.</summary>
internal sealed class VolumeFit
{
    private sealed record Difference(string Field, string Statement);

    private readonly V1PersistentVolumeClaim claim;
    private readonly List<Difference> differences = [];

    private VolumeFit(V1PersistentVolume volume, V1PersistentVolumeClaim claim)
    {
        Volume = volume;
        this.claim = claim;
        Compare("volumeName", Name());
        Compare("the claim that it is bound to", Binding());
        Compare("storageClassName", Class());
        Compare("access mode", Modes());
        Compare("capacity", Capacity());
        Compare("selector", Labels());
        Compare("volumeMode", Mode());
    }

    public V1PersistentVolume Volume { get; }

    /// <summary>True if a field is known to differ.</summary>
    public bool IsTold => differences.Count > 0;

    /// <summary>True if what the claim asks for was read.</summary>
    public bool IsKnown =>
        claim.Spec is { AccessModes.Count: > 0, Resources.Requests: { } requests } && requests.ContainsKey("storage");

    /// <summary>The fields that differ, or may differ where the claim's own are not known.</summary>
    public string Differs =>
        IsTold
            ? string.Join(" and ", differences.Select(difference => difference.Field))
            : "access mode, capacity and selector";

    /// <summary>The volume's offer in one sentence.</summary>
    public string Offer
    {
        get
        {
            var labels = Volume.Metadata.Labels is { Count: > 0 } all ? $", labels {Selectors.Format(all)}" : "";
            var mode = ModesOf(Volume.Spec?.AccessModes);
            return $"is {Volume.Status?.Phase ?? "there"}: capacity {Offered}, access mode {mode}{labels}";
        }
    }

    /// <summary>The volume of which the fewest fields differ, by name the most similar; null for none.</summary>
    public static VolumeFit? Nearest(ClusterSnapshot snapshot, V1PersistentVolumeClaim claim) =>
        snapshot
            .All<V1PersistentVolume>()
            .Where(volume => volume.Metadata.DeletionTimestamp is null && !IsProvisioned(volume))
            .Select(volume => new VolumeFit(volume, claim))
            .OrderByDescending(fit => fit.Volume.Metadata.Name == claim.Spec?.VolumeName)
            .ThenBy(fit => fit.differences.Count)
            .ThenByDescending(fit => CommonStart(fit.Volume.Metadata.Name, claim.Metadata.Name))
            .FirstOrDefault();

    /// <summary>A provisioner makes a volume for one claim, and names it after the claim's uid.</summary>
    private static bool IsProvisioned(V1PersistentVolume volume) =>
        volume.Metadata.Name.StartsWith("pvc-", StringComparison.Ordinal)
        || volume.Metadata.Annotations?.ContainsKey("pv.kubernetes.io/provisioned-by") == true;

    public string Describe() =>
        IsTold
            ? $"volume {Volume.Metadata.Name} {string.Join(", and ", differences.Select(item => item.Statement))}"
            : $"volume {Volume.Metadata.Name} {Offer}; so the claim asks for another access mode, more capacity or "
                + "other labels in its selector";

    private void Compare(string field, string? says)
    {
        if (says is not null)
            differences.Add(new(field, says));
    }

    private string? Name() =>
        claim.Spec?.VolumeName is { Length: > 0 } wanted && wanted != Volume.Metadata.Name
            ? $"is not volume {wanted}, which the claim names"
            : null;

    private string? Binding()
    {
        var (holder, phase) = (Volume.Spec?.ClaimRef, Volume.Status?.Phase);
        if (holder is null)
            return phase is "Failed" ? "is Failed" : null;
        var isOurs = holder.Name == claim.Metadata.Name && holder.NamespaceProperty == claim.Metadata.NamespaceProperty;
        if (phase == "Released")
            return $"is Released: it still carries the claimRef of {holder.NamespaceProperty}/{holder.Name},"
                + " which was deleted";
        return isOurs ? null : $"is bound to (claimed by) claim {holder.NamespaceProperty}/{holder.Name}";
    }

    private string? Class()
    {
        var (has, wants) = (Volume.Spec?.StorageClassName ?? "", claim.Spec?.StorageClassName ?? "");
        return has == wants ? null : $"is of class \"{has}\", and the claim asks for class \"{wants}\"";
    }

    private string? Modes()
    {
        var has = Volume.Spec?.AccessModes ?? [];
        if (claim.Spec?.AccessModes is not { Count: > 0 } wants || has.Count == 0 || wants.All(has.Contains))
            return null;
        return $"offers access mode {ModesOf(has)}, and the claim asks for {ModesOf(wants)}";
    }

    private string? Capacity()
    {
        if (
            Volume.Spec?.Capacity?.TryGetValue("storage", out var has) != true
            || claim.Spec?.Resources?.Requests?.TryGetValue("storage", out var wants) != true
        )
            return null;
        return has!.ToDecimal() >= wants!.ToDecimal()
            ? null
            : $"has a capacity of {has}, and the claim asks for {wants}";
    }

    private string? Labels()
    {
        var labels = Volume.Metadata.Labels;
        if (claim.Spec?.Selector is not { } selector || Selectors.Matches(selector, labels))
            return null;
        var carries = labels is { Count: > 0 } ? Selectors.Format(labels) : "no labels";
        return $"carries {carries}, and the claim's selector asks for {Wanted(selector)}";
    }

    private string? Mode()
    {
        var (has, wants) = (Volume.Spec?.VolumeMode ?? "Filesystem", claim.Spec?.VolumeMode ?? "Filesystem");
        return has == wants ? null : $"has volumeMode {has}, and the claim asks for {wants}";
    }

    private string Offered =>
        Volume.Spec?.Capacity?.TryGetValue("storage", out var amount) == true ? amount.ToString() : "not known";

    private static string Wanted(V1LabelSelector selector) =>
        selector.MatchLabels is { Count: > 0 } labels
            ? Selectors.Format(labels)
            : string.Join(
                ", ",
                (selector.MatchExpressions ?? []).Select(e =>
                    $"{e.Key} {e.OperatorProperty} {string.Join("/", e.Values ?? [])}"
                )
            );

    private static string ModesOf(IEnumerable<string>? modes) => string.Join("/", modes ?? []);

    private static int CommonStart(string a, string b) => a.Zip(b).TakeWhile(pair => pair.First == pair.Second).Count();
}
