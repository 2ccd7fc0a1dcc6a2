using MetaKube.Investigations;
using MetaKube.Model;
using Spectre.Console;

namespace MetaKube.ChatOps.Cli;

/// <summary>Shows progress on standard error while a person waits at a terminal.</summary>
internal static class Progress
{
    public static Task<T> ShowAsync<T>(bool wanted, Func<IProgress<string>, Task<T>> work)
    {
        if (!IsShown(wanted))
            return work(SilentProgress.Instance);
        return Terminal().Status().StartAsync("starting", context => work(new Status(context)));
    }

    /// <summary>
    /// Shows the steps of an investigation: the current one in the status line, notable ones above it.
    /// </summary>
    public static async Task<Investigation> ShowAsync(bool wanted, IAsyncEnumerable<InvestigationStep> steps)
    {
        if (!IsShown(wanted))
            return await FollowAsync(steps, static _ => { });
        var terminal = Terminal();
        return await terminal
            .Status()
            .StartAsync(
                "starting",
                context =>
                    FollowAsync(
                        steps,
                        step =>
                        {
                            if (step.IsNotable)
                                terminal.MarkupLine($"[grey]· {Markup.Escape(step.Description)}[/]");
                            else
                                context.Status(Markup.Escape(step.Description));
                        }
                    )
            );
    }

    private static async Task<Investigation> FollowAsync(
        IAsyncEnumerable<InvestigationStep> steps,
        Action<InvestigationStep> show
    )
    {
        Investigation? investigation = null;
        await foreach (var step in steps)
        {
            if (step is InvestigationStep.Concluded concluded)
                investigation = concluded.Investigation;
            else
                show(step);
        }
        return investigation!;
    }

    private static bool IsShown(bool wanted) => wanted && !Console.IsErrorRedirected && !Console.IsOutputRedirected;

    private static IAnsiConsole Terminal() =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    private sealed class Status(StatusContext context) : IProgress<string>
    {
        public void Report(string value) => context.Status(Markup.Escape(value));
    }
}
