using System.Text.Json.Nodes;

namespace MetaKube.Fakes.Clusters;

/// <summary>A request to change an object, as the API server received it.</summary>
/// <param name="Kind">The kind of the object.</param>
/// <param name="Namespace">Its namespace; null for an object of the cluster.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsDryRun">True if nothing is stored.</param>
/// <param name="Account">The account that the caller acts as, or null for its own.</param>
/// <param name="Manager">The field manager.</param>
/// <param name="Patch">The patch.</param>
internal sealed record SimulatedWrite(
    string Kind,
    string? Namespace,
    string Name,
    bool IsDryRun,
    string? Account,
    string Manager,
    JsonNode Patch
);

/// <summary>A failure of a valid write.</summary>
internal enum WriteFault
{
    None,

    /// <summary>503; nothing is stored.</summary>
    Unavailable,

    /// <summary>The object is stored, then the connection is cut.</summary>
    AnswerLost,
}
