using System.Text.Json;
using System.Text.Json.Serialization;
using MetaKube.Chat;
using MetaKube.Investigations;
using MetaKube.Model;
using StackExchange.Redis;

namespace MetaKube.Redis;

/// <summary>
/// Stores answered investigations for a limited time, so that a person can see the steps and the evidence of an answer.
/// </summary>
public sealed class InvestigationStore(IRedisConnection connection, RedisKeys keys, TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromDays(7);

    private const int Recents = 50;

    public Task SaveAsync(
        Investigation investigation,
        IReadOnlyList<string> steps,
        CancellationToken cancellationToken
    ) =>
        connection.RunAsync(
            async db =>
            {
                var kept = new KeptInvestigation(InvestigationReport.Of(investigation), steps, time.GetUtcNow())
                {
                    Answer = AnswerView.Of(investigation),
                };
                var headline = new KeptHeadline(
                    investigation.Id,
                    kept.At,
                    investigation.Question,
                    OpenCause.Reported(investigation.Diagnosis.Fault),
                    (investigation.Diagnosis.Resource ?? investigation.Target)?.ToString() ?? "",
                    kept.Report.Pathway
                );
                var transaction = db.CreateTransaction();
                _ = transaction.StringSetAsync(
                    keys.Investigation(investigation.Id),
                    JsonSerializer.Serialize(kept, KeptJson.Default.KeptInvestigation),
                    Life
                );
                _ = transaction.ListLeftPushAsync(
                    keys.Investigations,
                    JsonSerializer.Serialize(headline, KeptJson.Default.KeptHeadline)
                );
                _ = transaction.ListTrimAsync(keys.Investigations, 0, Recents - 1);
                _ = transaction.KeyExpireAsync(keys.Investigations, Life);
                return await transaction.ExecuteAsync();
            },
            cancellationToken
        );

    public Task<KeptInvestigation?> FindAsync(string id, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
                await db.StringGetAsync(keys.Investigation(id)) is { IsNull: false } json
                    ? JsonSerializer.Deserialize((string)json!, KeptJson.Default.KeptInvestigation)
                    : null,
            cancellationToken
        );

    /// <summary>The latest investigations, newest first.</summary>
    public Task<IReadOnlyList<KeptHeadline>> RecentAsync(CancellationToken cancellationToken) =>
        connection.RunAsync<IReadOnlyList<KeptHeadline>>(
            async db =>
                [
                    .. (await db.ListRangeAsync(keys.Investigations)).Select(line =>
                        JsonSerializer.Deserialize((string)line!, KeptJson.Default.KeptHeadline)!
                    ),
                ],
            cancellationToken
        );
}

/// <summary>An investigation as it was answered.</summary>
public sealed record KeptInvestigation(InvestigationReport Report, IReadOnlyList<string> Steps, DateTimeOffset At)
{
    /// <summary>The answer; null in entries of versions that stored the report alone.</summary>
    public AnswerView? Answer { get; init; }

    [JsonIgnore]
    public AnswerView View => Answer ?? AnswerView.Of(Report);
}

/// <summary>The row of an investigation in a list.</summary>
public sealed record KeptHeadline(
    string Id,
    DateTimeOffset At,
    string Question,
    string Fault,
    string Resource,
    string Pathway
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(KeptInvestigation))]
[JsonSerializable(typeof(KeptHeadline))]
public sealed partial class KeptJson : JsonSerializerContext;
