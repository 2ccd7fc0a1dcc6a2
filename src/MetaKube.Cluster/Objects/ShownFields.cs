namespace MetaKube.Cluster.Objects;

/// <summary>
/// The fields that the source of an object shows. Only of these an absent value is known to be absent: a table prints
/// no labels, a description no names of ports, and a manifest has no status.
/// </summary>
[Flags]
internal enum ShownFields
{
    /// <summary>An event, a log or a command speaks of the object, which therefore exists.</summary>
    None = 0,

    Labels = 1,

    /// <summary>Containers with their images, environments and volumes; of other kinds the spec as a whole.</summary>
    Spec = 2,

    /// <summary>Requests and limits.</summary>
    Resources = 4,

    /// <summary>The names of ports of containers or of a Service.</summary>
    PortNames = 8,

    Status = 16,

    /// <summary>An object as the API returns it.</summary>
    All = Labels | Spec | Resources | PortNames | Status,
}
