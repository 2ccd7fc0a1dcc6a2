using System.Diagnostics;

namespace MetaKube.ChatOps.KubeLlm;

/// <summary>
/// A llama-server that a metakube process has started, as stored in a file for other processes of the machine.
/// </summary>
/// <param name="Server">The server's process.</param>
/// <param name="Owner">The process that started it and stops it.</param>
/// <param name="Port">The port on which it listens.</param>
/// <param name="Model">The path of the model file.</param>
internal sealed record RunningServer(KnownProcess Server, KnownProcess Owner, int Port, string Model);

/// <summary>A process, identified by id and start time, since the system reuses ids.</summary>
internal sealed record KnownProcess(int Id, DateTimeOffset Started)
{
    // The start time of one process, read by two others, may differ by clock ticks.
    private static readonly TimeSpan Precision = TimeSpan.FromSeconds(1);

    public static KnownProcess Of(Process process) => new(process.Id, process.StartTime.ToUniversalTime());

    /// <summary>The process if it still runs, or null. The caller disposes of it.</summary>
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
            // The process exited before or during the look-up.
        }
        return null;
    }
}
