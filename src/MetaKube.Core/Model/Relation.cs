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

    /// <summary>
    /// Users reach the object through another one. The health of that one counts, and not that of whatever else stands
    /// behind it.
    /// </summary>
    ReachedThrough,
}
