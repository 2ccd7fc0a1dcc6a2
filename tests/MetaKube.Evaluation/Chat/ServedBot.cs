using System;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using MetaKube.Fakes;
using MetaKube.Fakes.Teams;

namespace MetaKube.Evaluation.Chat;

/// <summary>The program as a service, in a process of its own.</summary>
internal sealed class ServedBot : IAsyncDisposable
{
    private const int LogShown = 4000;

    private readonly Process process;
    private readonly StringBuilder log = new();

    private ServedBot(Process process, Uri address, string data) =>
        (this.process, Address, Data) = (process, address, data);

    public Uri Address { get; }

    public string Data { get; }

    public bool HasExited => process.HasExited;

    public long Memory
    {
        get
        {
            if (process.HasExited)
                return 0;
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    public string LogTail
    {
        get
        {
            lock (log)
                return log.Length <= LogShown ? log.ToString() : log.ToString(log.Length - LogShown, LogShown);
        }
    }

    /// <summary>The number of log lines that contain a text.</summary>
    public int Says(string text)
    {
        lock (log)
            return System.Text.RegularExpressions.Regex.Count(
                log.ToString(),
                System.Text.RegularExpressions.Regex.Escape(text)
            );
    }

    /// <summary>Starts it, and waits until it is ready.</summary>
    /// <param name="settings">Its settings, as Slack:BotToken.</param>
    /// <param name="cluster">The API server.</param>
    /// <param name="data">Its folder.</param>
    public static async Task<ServedBot> StartAsync(
        IReadOnlyDictionary<string, string> settings,
        string cluster,
        string data
    )
    {
        Directory.CreateDirectory(data);
        var kubeconfig = Path.Combine(data, "kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, Kubeconfig(cluster));
        var address = new Uri($"http://127.0.0.1:{LoopbackPort.Next()}");
        var bot = new ServedBot(Process.Start(Command(settings, address, kubeconfig, data))!, address, data);
        bot.process.OutputDataReceived += bot.Note;
        bot.process.ErrorDataReceived += bot.Note;
        bot.process.BeginOutputReadLine();
        bot.process.BeginErrorReadLine();
        await bot.UntilReadyAsync();
        return bot;
    }

    private static string Kubeconfig(string cluster) =>
        $$"""
            apiVersion: v1
            kind: Config
            current-context: simulated
            contexts: [{name: simulated, context: {cluster: simulated, user: nobody } }]
            clusters: [{name: simulated, cluster: { server: "{{cluster}}" } }]
            users: [{name: nobody, user: { token: none } }]
            """;

    private static ProcessStartInfo Command(
        IReadOnlyDictionary<string, string> settings,
        Uri address,
        string kubeconfig,
        string data
    )
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "metakube.dll"),
                "serve",
                "--urls",
                address.AbsoluteUri,
                "--kubeconfig",
                kubeconfig,
                "--data",
                data,
            ]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("KUBECONFIG");
        foreach (var (setting, value) in settings)
            start.Environment[setting.Replace(":", "__", StringComparison.Ordinal)] = value;
        return start;
    }

    private async Task UntilReadyAsync()
    {
        using var http = new HttpClient();
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            try
            {
                using var ready = await http.GetAsync(new Uri(Address, "/readyz"), timeout.Token);
                if (ready.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                // The server does not listen yet.
            }
            await timer.WaitForNextTickAsync(timeout.Token);
        }
    }

    public void Kill() => process.Kill();

    /// <summary>Tells it to end, and waits until it has.</summary>
    public async Task StopAsync()
    {
        using var end = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await end.WaitForExitAsync();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
        process.Dispose();
    }

    private void Note(object sender, DataReceivedEventArgs line)
    {
        lock (log)
            log.AppendLine(line.Data);
    }
}
