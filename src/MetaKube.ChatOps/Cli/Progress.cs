using Spectre.Console;

namespace MetaKube.ChatOps.Cli;

/// <summary>What is being done, on standard error, while a person waits at a terminal.</summary>
internal static class Progress
{
    public static Task<T> ShowAsync<T>(bool wanted, Func<IProgress<string>, Task<T>> work)
    {
        if (!wanted || Console.IsErrorRedirected || Console.IsOutputRedirected) return work(Silent.Instance);
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return terminal.Status().StartAsync("starting", context => work(new Status(context)));
    }

    private sealed class Status(StatusContext context) : IProgress<string>
    {
        public void Report(string value) => context.Status(Markup.Escape(value));
    }

    public sealed class Silent : IProgress<string>
    {
        public static readonly Silent Instance = new();

        public void Report(string value) { }
    }
}
