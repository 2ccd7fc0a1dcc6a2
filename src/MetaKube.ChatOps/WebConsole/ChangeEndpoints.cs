using System.Globalization;
using MetaKube.Chat;
using MetaKube.Redis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace MetaKube.ChatOps.WebConsole;

/// <summary>The console's pages and forms of changes to the cluster.</summary>
internal static class ChangeEndpoints
{
    public static void MapChanges(this IEndpointRouteBuilder console)
    {
        console.MapGet("/changes", ListAsync);
        console.MapGet("/changes/{id}", ShowAsync);
        console.MapPost("/changes/{id}/{step}", RequestAsync);
    }

    private static async Task<RazorComponentResult> ListAsync(ChangeStore changes, CancellationToken token) =>
        ConsolePage.Of<ChangesPage>(("Changes", await changes.ListAsync(token)));

    /// <param name="id">The investigation that proposed the change.</param>
    /// <param name="after">The length of the history when a step was requested; null where none was. The page reloads
    /// itself until the history is longer, since a worker executes the step.</param>
    /// <param name="changes">The stored changes.</param>
    /// <param name="token">Ends the request.</param>
    private static async Task<IResult> ShowAsync(string id, int? after, ChangeStore changes, CancellationToken token) =>
        await changes.FindAsync(id, token) is { } change
            ? ConsolePage.Of<ChangePage>(
                ("Change", change),
                ("IsAwaited", after is { } known && change.History.Count <= known)
            )
            : ConsolePage.NotFound(
                $"There is no change {id}. Changes are deleted after {ChangeStore.Life.TotalDays:0} days."
            );

    private static async Task<IResult> RequestAsync(
        string id,
        string step,
        HttpContext http,
        ChangeStore changes,
        WorkQueue queue,
        TimeProvider time
    )
    {
        if (
            !Enum.TryParse<ChangeStep>(step, ignoreCase: true, out var wanted)
            || wanted is not (ChangeStep.Propose or ChangeStep.Apply or ChangeStep.Undo)
        )
            return Results.BadRequest($"There is no step {step}.");
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (await changes.FindAsync(id, http.RequestAborted) is not { } change)
            return ConsolePage.NotFound($"There is no change {id}.");
        var user = ConsoleSignIn.UserOf(http);
        await queue.AddAsync(
            new WorkItem.Remediation
            {
                Id = $"console:{Guid.NewGuid():N}",
                At = time.GetUtcNow(),
                Investigation = id,
                Step = wanted,
                Plan = int.TryParse(form["plan"], CultureInfo.InvariantCulture, out var plan) ? plan : 0,
                User = user,
                UserName = user,
            },
            http.RequestAborted
        );
        return Results.LocalRedirect($"/changes/{Uri.EscapeDataString(id)}?after={change.History.Count}");
    }
}
