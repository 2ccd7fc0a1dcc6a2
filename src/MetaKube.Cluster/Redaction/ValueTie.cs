namespace MetaKube.Cluster.Redaction;

/// <summary>The writing that ties a value to the name before it.</summary>
internal enum ValueTie
{
    None,

    /// <summary>name=value, name => value, name := value.</summary>
    Assignment,

    /// <summary>name: value.</summary>
    Colon,

    /// <summary>&lt;name&gt;value&lt;/name&gt;.</summary>
    Element,

    /// <summary>name("value"), set("name", "value").</summary>
    Call,

    /// <summary>--name value, as one line, as items of a list, or line by line.</summary>
    Flag,

    /// <summary>name: NAME, value: VALUE.</summary>
    Pair,

    /// <summary>name value.</summary>
    Blank,
}
