namespace MetaKube.Cluster.Text;

/// <summary>The amount of detail that a text shows of an object, the richest last.</summary>
internal enum PastedDetail
{
    /// <summary>An event, a log or a command speaks of it.</summary>
    Mention,

    /// <summary>A row of a table.</summary>
    Row,

    /// <summary>JSON or YAML without a status: what somebody asked for.</summary>
    Manifest,

    Description,

    /// <summary>JSON or YAML as the API returns it.</summary>
    Object,
}
