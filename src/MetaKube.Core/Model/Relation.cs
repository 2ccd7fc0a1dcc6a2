namespace MetaKube.Model;

/// <summary>The edge types of the paper's KubeGraph (section 4.3) that join live objects.</summary>
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
