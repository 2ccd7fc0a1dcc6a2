namespace MetaKube.Model;

/// <summary>The edge types between live objects in the paper's KubeGraph (section 4.3).</summary>
public enum Relation
{
    DependsOn,
    Manages,
    Exposes,
    Mounts,
    SchedulesOn,
    BelongsTo,
    RoutesTo,
}
