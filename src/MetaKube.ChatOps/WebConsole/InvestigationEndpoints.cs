using MetaKube.ChatOps.Memory;
using MetaKube.Redis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace MetaKube.ChatOps.WebConsole;

/// <summary>The console's first page, and its questions and investigations.</summary>
internal static class InvestigationEndpoints
{
    public static void MapInvestigations(this IEndpointRouteBuilder console)
    {
        console.MapGet("/", HomeAsync);
        console.MapPost("/ask", AskAsync);
        console.MapGet("/investigations/{id}", ShowAsync);
    }

    private static async Task<RazorComponentResult> HomeAsync(
        MemoryAccess memory,
        InvestigationStore investigations,
        CancellationToken token
    )
    {
        var episodes = await memory.OpenAsync(token);
        return ConsolePage.Of<HomePage>(
            ("Recent", await investigations.RecentAsync(token)),
            ("Episodes", await episodes.CountAsync(token)),
            ("Patterns", (await episodes.ListPatternsAsync(token)).Count),
            ("Threshold", (await episodes.StateAsync(token)).Controller.Threshold)
        );
    }

    private static async Task<IResult> AskAsync(HttpContext http, ConsoleInvestigations investigations)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var question = form["question"].ToString();
        return string.IsNullOrWhiteSpace(question)
            ? Results.LocalRedirect("/")
            : Results.LocalRedirect($"/investigations/{investigations.Ask(question, form["namespace"])}");
    }

    private static async Task<IResult> ShowAsync(
        string id,
        ConsoleInvestigations running,
        InvestigationStore store,
        MemoryAccess memory,
        ChangeStore changes,
        CancellationToken token
    )
    {
        if (running.Find(id) is { } run)
            return run.Investigation is { } done
                ? Results.LocalRedirect($"/investigations/{done}")
                : ConsolePage.Of<RunPage>(("Run", run));
        if (await store.FindAsync(id, token) is not { } kept)
            return ConsolePage.NotFound(
                $"There is no investigation {id}. Investigations are deleted after "
                    + $"{InvestigationStore.Life.TotalDays:0} days."
            );
        var episodes = await memory.OpenAsync(token);
        return ConsolePage.Of<InvestigationPage>(
            ("Kept", kept),
            ("Episode", await episodes.FindAsync(id, token)),
            ("OffersChange", await changes.FindAsync(id, token) is not null)
        );
    }
}
