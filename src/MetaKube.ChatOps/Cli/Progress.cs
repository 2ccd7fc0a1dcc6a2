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
    public static Task<Investigation> ShowStepsAsync(
        bool wanted,
        Func<IProgress<InvestigationStep>, Task<Investigation>> work
    )
    {
        if (!IsShown(wanted))
            return work(SilentSteps.Instance);
        var terminal = Terminal();
        return terminal.Status().StartAsync("starting", context => work(new Steps(terminal, context)));
    }

    private static bool IsShown(bool wanted) => wanted && !Console.IsErrorRedirected && !Console.IsOutputRedirected;

    private static IAnsiConsole Terminal() =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    private sealed class Status(StatusContext context) : IProgress<string>
    {
        public void Report(string value) => context.Status(Markup.Escape(value));
    }

    private sealed class Steps(IAnsiConsole terminal, StatusContext context) : IProgress<InvestigationStep>
    {
        public void Report(InvestigationStep value)
        {
            if (value.IsNotable)
                terminal.MarkupLine($"[grey]· {Markup.Escape(value.Description)}[/]");
            else
                context.Status(Markup.Escape(value.Description));
        }
    }
}
