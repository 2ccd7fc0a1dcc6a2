using MetaKube.ChatOps.Memory;
using MetaKube.Cluster.Redaction;
using MetaKube.Faults;
using MetaKube.Memory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace MetaKube.ChatOps.WebConsole;

/// <summary>The console's pages and forms of episodes in memory.</summary>
internal static class EpisodeEndpoints
{
    private const int LongestComment = 500,
        MostShown = 200;

    public static void MapEpisodes(this IEndpointRouteBuilder console)
    {
        console.MapGet("/episodes", ListAsync);
        console.MapGet("/episodes/{id}", ShowAsync);
        console.MapPost("/episodes/{id}/verdict", GiveFeedbackAsync);
        console.MapPost("/episodes/{id}/merge", MergeAsync);
        console.MapPost("/episodes/{id}/forget", ForgetAsync);
    }

    /// <param name="q">Words that an episode has to contain, separated by spaces.</param>
    /// <param name="memory">The memory.</param>
    /// <param name="token">Ends the request.</param>
    private static async Task<RazorComponentResult> ListAsync(string? q, MemoryAccess memory, CancellationToken token)
    {
        var all = await (await memory.OpenAsync(token)).ListAsync(token);
        var words = (q ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var found = all.Where(episode => Array.TrueForAll(words, word => Contains(episode, word))).ToList();
        return ConsolePage.Of<EpisodesPage>(
            ("Query", q ?? ""),
            ("Episodes", found.Take(MostShown).ToList()),
            ("Found", found.Count),
            ("All", all.Count)
        );
    }

    private static bool Contains(Episode episode, string word) =>
        string.Join(
                ' ',
                episode.Id,
                episode.Question,
                episode.Fault,
                episode.RootCause,
                episode.Resource,
                episode.Cluster,
                episode.Fix
            )
            .Contains(word, StringComparison.OrdinalIgnoreCase);

    private static async Task<IResult> ShowAsync(string id, MemoryAccess memory, CancellationToken token) =>
        await (await memory.OpenAsync(token)).FindAsync(id, token) is { } episode
            ? ConsolePage.Of<EpisodePage>(("Episode", episode))
            : ConsolePage.NotFound($"There is no episode {id}.");

    private static async Task<IResult> GiveFeedbackAsync(
        string id,
        HttpContext http,
        MemoryAccess memory,
        TimeProvider time
    )
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var fault = form["fault"].ToString();
        if (fault.Length > 0 && FaultCatalogue.Find(fault) is null)
            return Results.BadRequest($"There is no fault {fault}.");
        if (!Enum.TryParse<FeedbackKind>(form["verdict"], ignoreCase: true, out var kind))
            return Results.BadRequest("The verdict is missing.");
        var cause =
            form["cause"].ToString() is { Length: > 0 } words && fault.Length == 0
                ? CauseStatement.Read(new Redactor().Quote(words, LongestComment))
                : null;
        if (cause?.Refusal is { } refusal)
            return Results.BadRequest($"The cause is not kept: {refusal}.");
        var comment = form["what"].ToString() is { Length: > 0 } text
            ? new Redactor().Quote(text, LongestComment)
            : null;
        var episodes = await memory.OpenAsync(http.RequestAborted);
        var learnt = await episodes.LearnAsync(
            id,
            $"console:{ConsoleSignIn.UserOf(http)}",
            new Feedback(kind, fault.Length > 0 ? fault : null, comment, time.GetUtcNow()).Naming(cause),
            http.RequestAborted
        );
        return learnt is null
            ? ConsolePage.NotFound($"There is no episode {id}.")
            : Results.LocalRedirect($"/episodes/{Uri.EscapeDataString(id)}");
    }

    private static async Task<IResult> MergeAsync(string id, HttpContext http, MemoryAccess memory)
    {
        var other = (await http.Request.ReadFormAsync(http.RequestAborted))["other"].ToString().Trim();
        var episodes = await memory.OpenAsync(http.RequestAborted);
        return await episodes.MergeAsync(id, other, http.RequestAborted) is { } merged
            ? Results.LocalRedirect($"/episodes/{Uri.EscapeDataString(merged.Id)}")
            : ConsolePage.NotFound($"There is no episode {other} that could be merged into {id}.");
    }

    private static async Task<IResult> ForgetAsync(string id, MemoryAccess memory, CancellationToken token)
    {
        await (await memory.OpenAsync(token)).ForgetAsync(id, token);
        return Results.LocalRedirect("/episodes");
    }
}
