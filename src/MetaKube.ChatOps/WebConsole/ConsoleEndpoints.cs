using System.Globalization;
using System.Reflection;
using MetaKube.Redis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MetaKube.ChatOps.WebConsole;

/// <summary>
/// Registers and maps the console. Pages are rendered on the server and sent as static HTML; no script runs in the
/// browser.
/// </summary>
internal static class ConsoleEndpoints
{
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
            console.MapSignIn(options);
        console.MapInvestigations();
        console.MapChanges();
        console.MapEpisodes();
        console.MapLearning();
    }

    /// <summary>Formats a moment for a page, in UTC.</summary>
    public static string When(DateTimeOffset at) =>
        at.UtcDateTime.ToString("MMM d, HH:mm", CultureInfo.InvariantCulture);

    private static string ReadStyle()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("console.css")!);
        return reader.ReadToEnd();
    }
}
