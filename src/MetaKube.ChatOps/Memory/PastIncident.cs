using System.Text.Json.Serialization;

namespace MetaKube.ChatOps.Memory;

/// <summary>An incident of the past as a postmortem, a runbook or a ticket tells it. All texts are untrusted.</summary>
/// <param name="Source">The file, or the file and the line.</param>
/// <param name="Title">The problem in a few words.</param>
/// <param name="Symptoms">What was seen: prose, log lines or output of kubectl.</param>
/// <param name="Cause">The cause in words or a fault code; empty if none is named.</param>
/// <param name="Fix">What fixed it; empty if nothing is told.</param>
/// <param name="At">When it happened, or null.</param>
/// <param name="By">The author, or null.</param>
internal sealed record PastIncident(
    string Source,
    string Title,
    string Symptoms,
    string Cause,
    string Fix,
    DateTimeOffset? At
)
{
    public string? By { get; init; }

    public string? Cluster { get; init; }
}

/// <summary>One line of a file of tickets.</summary>
internal sealed record Ticket(string? Title, string? Description)
{
    /// <summary>Log lines, one string or several.</summary>
    public System.Text.Json.JsonElement Logs { get; init; }

    public string? Cause { get; init; }

    /// <summary>A code of the fault catalogue, in place of a cause in words.</summary>
    public string? Fault { get; init; }

    public string? Fix { get; init; }

    public DateTimeOffset? At { get; init; }

    public string? By { get; init; }

    public string? Cluster { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Ticket))]
internal sealed partial class TicketJson : JsonSerializerContext;
