using System.Diagnostics;

namespace MetaKube.ChatOps.KubeLlm;

/// <summary>
/// A llama-server that one of our processes has started, as written down for the others on this machine.
/// </summary>
/// <param name="Server">The server's process.</param>
/// <param name="Owner">The process that started it and stops it.</param>
/// <param name="Port">Where it listens.</param>
/// <param name="Model">The file that it has loaded.</param>
internal sealed record RunningServer(KnownProcess Server, KnownProcess Owner, int Port, string Model);

/// <summary>A process by its id and start, since ids are used again.</summary>
internal sealed record KnownProcess(int Id, DateTimeOffset Started)
{
    // Different readers of the same start differ by clock ticks.
    private static readonly TimeSpan Precision = TimeSpan.FromSeconds(1);

    public static KnownProcess Of(Process process) => new(process.Id, process.StartTime.ToUniversalTime());

    /// <summary>That process if it still runs, else null.</summary>
    public Process? Find()
    {
        try
        {
            var found = Process.GetProcessById(Id);
            if (!found.HasExited && (found.StartTime.ToUniversalTime() - Started).Duration() <= Precision)
                return found;
            found.Dispose();
        }
        catch (Exception e)
            when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended before or while we looked.
        }
        return null;
    }
}
