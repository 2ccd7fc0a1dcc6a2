using System.Globalization;
using System.Reflection;
using MetaKube.Chat;
using MetaKube.ChatOps.Memory;
using MetaKube.Cluster.Redaction;
using MetaKube.Faults;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Redis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MetaKube.ChatOps.WebConsole;

/// <summary>
/// The console's pages and forms. Pages are made here and sent as they are; nothing runs in the browser.
/// </summary>
internal static class ConsoleEndpoints
{
    private const int LongestWhat = 500,
        Shown = 200;

    private static readonly string Style = ReadStyle();

    public static void AddConsole(
        this IServiceCollection services,
        ConsoleOptions options,
        IRedisConnection connection,
        RedisKeys keys
    )
    {
        if (!options.Enabled)
            return;
        services.AddRazorComponents();
        services.AddSingleton<ConsoleAccess>().AddSingleton<ConsoleInvestigations>();
        if (options.NeedsSignIn)
            services.AddConsoleSignIn(options, connection, keys);
    }

    public static void MapConsole(this IEndpointRouteBuilder routes, ConsoleOptions options)
    {
        if (!options.Enabled)
            return;
        var console = routes.MapGroup("").AddEndpointFilter(routes.ServiceProvider.GetRequiredService<ConsoleAccess>());
        routes.MapGet("/console.css", () => Results.Text(Style, "text/css"));
        if (options.NeedsSignIn)
            MapSignIn(console, options);
        console.MapGet(
            "/",
            async (
                MemoryAccess memory,
                ConversationStore conversations,
                InvestigationStore investigations,
                CancellationToken token
            ) =>
            {
                var episodes = await memory.OpenAsync(token);
                return Page<HomePage>(
                    ("Recent", await investigations.RecentAsync(token)),
                    ("Episodes", await episodes.CountAsync(token)),
                    ("Patterns", (await episodes.ListPatternsAsync(token)).Count),
                    ("Threshold", (await episodes.StateAsync(token)).Controller.Threshold)
                );
            }
        );
        console.MapPost(
            "/ask",
            async (HttpContext http, ConsoleInvestigations desk) =>
            {
                var form = await http.Request.ReadFormAsync(http.RequestAborted);
                return form["question"].ToString() is { } question && !string.IsNullOrWhiteSpace(question)
                    ? Results.LocalRedirect($"/investigations/{desk.Ask(question, form["namespace"])}")
                    : Results.LocalRedirect("/");
            }
        );
        console.MapGet(
            "/investigations/{id}",
            async (
                string id,
                ConsoleInvestigations desk,
                InvestigationStore store,
                MemoryAccess memory,
                ChangeStore changes,
                CancellationToken token
            ) =>
            {
                if (desk.Find(id) is { } run)
                    return run.Investigation is { } done
                        ? Results.LocalRedirect($"/investigations/{done}")
                        : Page<RunPage>(("Run", run));
                if (await store.FindAsync(id, token) is not { } kept)
                    return Missing(
                        $"There is no investigation {id}, or no longer: they are kept for {InvestigationStore.Life.TotalDays:0} days."
                    );
                var episodes = await memory.OpenAsync(token);
                return Page<InvestigationPage>(
                    ("Kept", kept),
                    ("Episode", await episodes.FindAsync(id, token)),
                    ("OffersChange", await changes.FindAsync(id, token) is not null)
                );
            }
        );
        console.MapGet(
            "/changes",
            async (ChangeStore changes, CancellationToken token) =>
                Page<ChangesPage>(("Changes", await changes.ListAsync(token)))
        );
        console.MapGet(
            "/changes/{id}",
            async (string id, int? after, ChangeStore changes, CancellationToken token) =>
                await changes.FindAsync(id, token) is { } change
                    // What was asked for is done beside the page: it looks again until something has happened.
                    ? Page<ChangePage>(
                        ("Change", change),
                        ("IsAwaited", after is { } known && change.History.Count <= known)
                    )
                    : Missing(
                        $"There is no change {id}, or no longer: they are kept for {ChangeStore.Life.TotalDays:0} days."
                    )
        );
        console.MapPost(
            "/changes/{id}/{step}",
            async (string id, string step, HttpContext http, ChangeStore changes, WorkQueue queue, TimeProvider time) =>
            {
                if (
                    !Enum.TryParse<ChangeStep>(step, ignoreCase: true, out var wanted)
                    || wanted is not (ChangeStep.Propose or ChangeStep.Apply or ChangeStep.Undo)
                )
                    return Results.BadRequest($"Nothing is called {step}.");
                var form = await http.Request.ReadFormAsync(http.RequestAborted);
                if (await changes.FindAsync(id, http.RequestAborted) is not { } change)
                    return Missing($"There is no change {id}.");
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
        );
        console.MapPost(
            "/episodes/{id}/verdict",
            async (string id, HttpContext http, MemoryAccess memory, TimeProvider time) =>
            {
                var form = await http.Request.ReadFormAsync(http.RequestAborted);
                var fault = form["fault"].ToString();
                if (fault.Length > 0 && FaultCatalogue.Find(fault) is null)
                    return Results.BadRequest($"There is no fault {fault}.");
                if (!Enum.TryParse<FeedbackKind>(form["verdict"], ignoreCase: true, out var verdict))
                    return Results.BadRequest("The verdict is missing.");
                var what = form["what"].ToString() is { Length: > 0 } text
                    ? new Redactor().Quote(text, LongestWhat)
                    : null;
                var episodes = await memory.OpenAsync(http.RequestAborted);
                if (
                    await episodes.LearnAsync(
                        id,
                        $"console:{ConsoleSignIn.UserOf(http)}",
                        new(verdict, fault.Length > 0 ? fault : null, what, time.GetUtcNow()),
                        http.RequestAborted
                    )
                    is null
                )
                    return Missing($"There is no episode {id}.");
                return Results.LocalRedirect($"/episodes/{Uri.EscapeDataString(id)}");
            }
        );
        console.MapGet(
            "/episodes",
            async (string? q, MemoryAccess memory, CancellationToken token) =>
            {
                var all = await (await memory.OpenAsync(token)).ListAsync(token);
                var words = (q ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
                var found = all.Where(episode =>
                        words.All(word =>
                            $"{episode.Id} {episode.Question} {episode.Fault} {episode.Resource} {episode.Cluster} {episode.Fix}".Contains(
                                word,
                                StringComparison.OrdinalIgnoreCase
                            )
                        )
                    )
                    .ToList();
                return Page<EpisodesPage>(
                    ("Query", q ?? ""),
                    ("Episodes", found.Take(Shown).ToList()),
                    ("Found", found.Count),
                    ("All", all.Count)
                );
            }
        );
        console.MapGet(
            "/episodes/{id}",
            async (string id, MemoryAccess memory, CancellationToken token) =>
            {
                return await (await memory.OpenAsync(token)).FindAsync(id, token) is { } episode
                    ? Page<EpisodePage>(("Episode", episode))
                    : Missing($"There is no episode {id}.");
            }
        );
        console.MapPost(
            "/episodes/{id}/merge",
            async (string id, HttpContext http, MemoryAccess memory) =>
            {
                var other = (await http.Request.ReadFormAsync(http.RequestAborted))["other"].ToString().Trim();
                var episodes = await memory.OpenAsync(http.RequestAborted);
                if (await episodes.MergeAsync(id, other, http.RequestAborted) is not { } merged)
                    return Missing($"There is no episode {other}, or it is {id} already.");
                return Results.LocalRedirect($"/episodes/{Uri.EscapeDataString(merged.Id)}");
            }
        );
        console.MapPost(
            "/episodes/{id}/forget",
            async (string id, MemoryAccess memory, CancellationToken token) =>
            {
                await (await memory.OpenAsync(token)).ForgetAsync(id, token);
                return Results.LocalRedirect("/episodes");
            }
        );
        console.MapGet(
            "/patterns",
            async (MemoryAccess memory, CancellationToken token) =>
            {
                var episodes = await memory.OpenAsync(token);
                return Page<PatternsPage>(("Patterns", await episodes.ListPatternsAsync(token)));
            }
        );
        console.MapGet(
            "/learning",
            async (MemoryAccess memory, CancellationToken token) =>
            {
                var episodes = await memory.OpenAsync(token);
                return Page<LearningPage>(
                    ("Learning", Learning.Of(await episodes.ListAsync(token), await episodes.StateAsync(token)))
                );
            }
        );
    }

    private static void MapSignIn(RouteGroupBuilder console, ConsoleOptions options)
    {
        console.MapGet(
            ConsoleSignIn.Page,
            (string? refused) =>
                SignIn(
                    refused is null
                        ? null
                        : "You may not sign in here, or something went wrong on the way; the bot's log has more."
                )
        );
        console.MapPost(
            ConsoleSignIn.Page,
            async (HttpContext http) =>
                await ConsoleSignIn.TrySignInAsync(
                    http,
                    options,
                    (await http.Request.ReadFormAsync(http.RequestAborted))["token"].ToString()
                )
                    ? Results.LocalRedirect("/")
                    : SignIn("That is not Console:Token.")
        );
        console.MapPost(
            "/sign-out",
            async (HttpContext http) =>
            {
                await ConsoleSignIn.SignOutAsync(http);
                return Results.LocalRedirect(ConsoleSignIn.Page);
            }
        );
        if (options.Authority is not null)
            console.MapGet(ConsoleSignIn.Provider, ConsoleSignIn.Challenge);

        RazorComponentResult SignIn(string? refusal) =>
            Page<SignInPage>(
                ("Refusal", refusal),
                ("Authority", options.Authority?.Host),
                ("TakesToken", options.Token.Length > 0)
            );
    }

    /// <summary>A moment as pages write it.</summary>
    public static string When(DateTimeOffset at) =>
        at.UtcDateTime.ToString("MMM d, HH:mm", CultureInfo.InvariantCulture);

    private static IResult Missing(string why) =>
        new RazorComponentResult<MissingPage>(new Dictionary<string, object?> { ["Why"] = why })
        {
            StatusCode = StatusCodes.Status404NotFound,
        };

    private static RazorComponentResult Page<T>(params (string Name, object? Value)[] parameters)
        where T : IComponent => new RazorComponentResult<T>(parameters.ToDictionary(one => one.Name, one => one.Value));

    private static string ReadStyle()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("console.css")!);
        return reader.ReadToEnd();
    }
}
