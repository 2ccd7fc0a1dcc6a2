namespace MetaKube.Model;

/// <summary>The kinds of additional evidence about an object. All of them only read.</summary>
public enum EvidenceTool
{
    /// <summary>The ends of its logs, or their lines with a given text.</summary>
    Logs,

    /// <summary>Its fields from the API server.</summary>
    Describe,

    /// <summary>The events about it and its pods.</summary>
    Events,

    /// <summary>Its dependencies and dependents.</summary>
    Neighbours,

    /// <summary>Recent measurements.</summary>
    Metrics,

    /// <summary>Its pods with their states; of a namespace, all pods in it. For people only.</summary>
    Pods,

    /// <summary>The latest changes of it and of what its pods use. For people only.</summary>
    Changes,
}
