using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Memory;

namespace MetaKube.Redis;

/// <summary>
/// Reads episodes in the current format, and in the earlier one that stored an outcome instead of each person's
/// feedback.
/// </summary>
public static class EpisodeReader
{
    /// <summary>The person to whom the outcome of an earlier format is attributed.</summary>
    private const string UnknownPerson = "earlier";

    /// <exception cref="JsonException">The JSON is not an episode.</exception>
    public static Episode Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return Whole(
                JsonSerializer.Deserialize(json, MemoryJson.Default.Episode) ?? throw new JsonException("It is null.")
            );
        }
        catch (JsonException) when (Earlier(json) is { } earlier)
        {
            return earlier;
        }
    }

    private static Episode? Earlier(ReadOnlySpan<byte> json)
    {
        try
        {
            if (
                JsonNode.Parse(json) is not JsonObject old
                || old.ContainsKey("answer")
                || (string?)old["fault"] is not { } fault
            )
                return null;
            var (outcome, replaced) = (
                (string?)old["outcome"] ?? "pending",
                old["failedFaults"] is JsonArray { Count: > 0 } failed ? (string?)failed[0] : null
            );
            old["answer"] = outcome == "corrected" && replaced is not null ? replaced : fault;
            old["answeredCause"] = old["rootCause"]?.DeepClone() ?? "";
            var episode = Whole(old.Deserialize(MemoryJson.Default.Episode)!);
            Feedback? vote = outcome switch
            {
                "fixed" => new(FeedbackKind.Fixed, null, episode.Fix, episode.At),
                "wrong" => new(FeedbackKind.Wrong, null, episode.Fix, episode.At),
                "corrected" => new(FeedbackKind.Wrong, fault, episode.Fix, episode.At),
                _ => null,
            };
            return FeedbackTally.Count(
                vote is null
                    ? episode
                    : episode with
                    {
                        FeedbackByPerson = new Dictionary<string, Feedback> { [UnknownPerson] = vote },
                    }
            );
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A property that the JSON lacks is null after reading, even where the type forbids it.</summary>
    private static Episode Whole(Episode episode) =>
        episode with
        {
            Features = episode.Features ?? [],
            Signals = episode.Signals ?? [],
            Remedies = episode.Remedies ?? [],
            FailedFaults = episode.FailedFaults ?? [],
            FeedbackByPerson = episode.FeedbackByPerson ?? new Dictionary<string, Feedback>(),
        };
}
