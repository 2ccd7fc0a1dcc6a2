using System.Diagnostics;
using MetaKube.Fakes.Clusters;

namespace MetaKube.Tests.Chat;

/// <summary>A process that is killed at a chosen event.</summary>
internal sealed class KillableProcess(Func<Process> start) : IDisposable
{
    private readonly Lock gate = new();
    private readonly System.Text.StringBuilder log = new();
    private Process? process;
    private int? left;

    public bool IsDead { get; private set; }

    public string Log
    {
        get
        {
            lock (log)
                return log.ToString();
        }
    }

    /// <summary>The real program with the verb serve.</summary>
    public static Process Serve(
        Dictionary<string, string> settings,
        SimulatedCluster cluster,
        TemporaryFolder folder,
        string data,
        string urls
    )
    {
        var kubeconfig = folder.Write(
            "kubeconfig",
            $$"""
            apiVersion: v1
            kind: Config
            current-context: simulated
            contexts: [{name: simulated, context: {cluster: simulated, user: nobody } }]
            clusters: [{name: simulated, cluster: { server: "{{cluster.Url}}" } }]
            users: [{name: nobody, user: { token: none } }]
            """
        );
        var environment = settings.ToDictionary(
            one => one.Key.Replace(":", "__", StringComparison.Ordinal),
            one => one.Value
        );
        return MetaKubeProgram.Start(environment, "serve", "--urls", urls, "--kubeconfig", kubeconfig, "--data", data);
    }

    public void Start()
    {
        lock (gate)
        {
            process = start();
            IsDead = false;
            process.OutputDataReceived += Note;
            process.ErrorDataReceived += Note;
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }
    }

    public void DieAt(int? events)
    {
        lock (gate)
            left = events;
    }

    /// <summary>Counts an event; true if it killed the process.</summary>
    public bool NoteEvent()
    {
        lock (gate)
        {
            if (left is null || --left > 0 || IsDead)
                return false;
            left = null;
            process!.Kill();
            return IsDead = true;
        }
    }

    public void Kill()
    {
        lock (gate)
        {
            left = null;
            process!.Kill();
            process.WaitForExit();
            process.Dispose();
            process = null;
        }
    }

    public async Task StopAsync()
    {
        using var end = Process.Start(
            "kill",
            ["-TERM", process!.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]
        );
        await end.WaitForExitAsync();
        await process
            .WaitForExitAsync(TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, Log);
    }

    public void Dispose()
    {
        if (process is { HasExited: false })
            process.Kill();
        process?.Dispose();
    }

    private void Note(object sender, DataReceivedEventArgs line)
    {
        lock (log)
            log.AppendLine(line.Data);
    }
}
