namespace MetaKube.Cluster.Text;

/// <summary>The form of a block of pasted text.</summary>
internal enum PasteForm
{
    /// <summary>A log, the output of another program, or prose.</summary>
    Log,

    /// <summary>A table with a header.</summary>
    Table,

    /// <summary>Rows of a table without their header.</summary>
    Rows,

    /// <summary>Events, as describe prints them or as rows of a table without its header.</summary>
    Events,

    Describe,
    Json,
    Yaml,
}
