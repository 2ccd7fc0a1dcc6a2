using MetaKube.ChatOps.Memory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace MetaKube.ChatOps.WebConsole;

/// <summary>The console's pages of patterns and of the quality of memory's answers.</summary>
internal static class LearningEndpoints
{
    public static void MapLearning(this IEndpointRouteBuilder console)
    {
        console.MapGet("/patterns", PatternsAsync);
        console.MapGet("/learning", LearningAsync);
    }

    private static async Task<RazorComponentResult> PatternsAsync(MemoryAccess memory, CancellationToken token)
    {
        var episodes = await memory.OpenAsync(token);
        return ConsolePage.Of<PatternsPage>(("Patterns", await episodes.ListPatternsAsync(token)));
    }

    private static async Task<RazorComponentResult> LearningAsync(MemoryAccess memory, CancellationToken token)
    {
        var episodes = await memory.OpenAsync(token);
        return ConsolePage.Of<LearningPage>(
            ("Learning", Learning.Of(await episodes.ListAsync(token), await episodes.StateAsync(token)))
        );
    }
}
