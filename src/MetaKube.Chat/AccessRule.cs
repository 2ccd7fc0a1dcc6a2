namespace MetaKube.Chat;

/// <summary>An access rule: people, channels, namespaces and clusters. An empty list sets no limit.</summary>
public sealed class AccessRule
{
    /// <summary>Channels by their ids.</summary>
    public string[] Channels { get; set; } = [];

    /// <summary>People by their ids.</summary>
    public string[] Users { get; set; } = [];

    /// <summary>
    /// Namespaces; a star stands for any characters. The whole cluster may be asked about if one is <c>*</c>, or none
    /// is given.
    /// </summary>
    public string[] Namespaces { get; set; } = [];

    /// <summary>Clusters by the names that answers give them.</summary>
    public string[] Clusters { get; set; } = [];
}
