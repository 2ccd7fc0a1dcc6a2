using Microsoft.Extensions.Logging;

namespace MetaKube.Tests.Chat;

/// <summary>Log lines of the bot, to the test's output.</summary>
internal sealed class TestLog : ILoggerProvider, ILogger
{
    public static readonly TestLog Instance = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (Environment.GetEnvironmentVariable("METAKUBE_TRACE") is { Length: > 0 })
            Console.Error.WriteLine($"{logLevel}: {formatter(state, exception)} {exception}");
    }

    public void Dispose() { }
}
