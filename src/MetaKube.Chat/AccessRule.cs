namespace MetaKube.Chat;

/// <summary>Who may ask about what. A list that is empty sets no limit.</summary>
public sealed class AccessRule
{
    /// <summary>Channels by their ids.</summary>
    public string[] Channels { get; set; } = [];

    /// <summary>People by their ids.</summary>
    public string[] Users { get; set; } = [];

    /// <summary>
    /// Namespaces; a star stands for any characters. Whole clusters may be asked about where one is <c>*</c>, or none
    /// is given.
    /// </summary>
    public string[] Namespaces { get; set; } = [];

    /// <summary>Clusters by the names that answers give them.</summary>
    public string[] Clusters { get; set; } = [];
}
