using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using MetaKube.Fakes;
using MetaKube.Fakes.Teams;
using MetaKube.Tests.Chat;

namespace MetaKube.Tests.Alerts;

/// <summary>The real Alertmanager, where METAKUBE_TEST_ALERTMANAGER names the program.</summary>
internal sealed class AlertmanagerProcess : IDisposable
{
    private readonly Process process;
    private readonly HttpClient http;
    private readonly StringBuilder log = new();

    private AlertmanagerProcess(Process process, HttpClient http) => (this.process, this.http) = (process, http);

    public string Log
    {
        get
        {
            lock (log)
                return log.ToString();
        }
    }

    public Uri Address => http.BaseAddress!;

    public static AlertmanagerProcess Start(TemporaryFolder folder, Uri bot, string token) =>
        Start(
            folder,
            $$"""
            route:
              receiver: metakube
              group_by: [namespace, deployment]
              group_wait: 1s
              group_interval: 1s
              repeat_interval: 1h
            receivers:
              - name: metakube
                webhook_configs:
                  - url: {{new Uri(bot, "/alerts/alertmanager")}}
                    send_resolved: true
                    http_config: { authorization: { credentials: {{token}} } }
            inhibit_rules:
              - source_matchers: [ 'severity="critical"' ]
                target_matchers: [ 'severity="warning"' ]
                equal: [ deployment ]
            """
        );

    public static AlertmanagerProcess Start(TemporaryFolder folder, string settings)
    {
        var program = Environment.GetEnvironmentVariable("METAKUBE_TEST_ALERTMANAGER");
        Assert.SkipWhen(string.IsNullOrEmpty(program), "METAKUBE_TEST_ALERTMANAGER names no alertmanager program");
        var configuration = folder.Write("alertmanager.yml", settings);
        var port = LoopbackPort.Next();
        var process = Process.Start(
            new ProcessStartInfo(
                program!,
                [
                    $"--config.file={configuration}",
                    $"--storage.path={Path.Combine(folder.Path, "alertmanager")}",
                    $"--web.listen-address=127.0.0.1:{port}",
                    "--cluster.listen-address=",
                ]
            )
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        var alertmanager = new AlertmanagerProcess(process, new() { BaseAddress = new($"http://127.0.0.1:{port}/") });
        process.ErrorDataReceived += alertmanager.Note;
        process.OutputDataReceived += alertmanager.Note;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return alertmanager;
    }

    /// <summary>Tells it of an alert, as Prometheus does.</summary>
    public async Task RaiseAsync(string name, DateTimeOffset since, DateTimeOffset? until, string severity = "warning")
    {
        var alert = new JsonObject
        {
            ["labels"] = new JsonObject
            {
                ["alertname"] = name,
                ["deployment"] = "checkout",
                ["severity"] = severity,
            },
            ["annotations"] = new JsonObject { ["summary"] = "It crashes." },
            ["startsAt"] = since.ToString("O"),
        };
        if (until is { } end)
            alert["endsAt"] = end.ToString("O");
        await ChatFixture.UntilAsync(async () =>
        {
            try
            {
                using var response = await http.PostAsJsonAsync(
                    "api/v2/alerts",
                    new JsonArray(alert.DeepClone()),
                    TestContext.Current.CancellationToken
                );
                return response.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                // The server does not listen yet.
                return false;
            }
        });
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
        http.Dispose();
    }

    private void Note(object sender, DataReceivedEventArgs line)
    {
        lock (log)
            log.AppendLine(line.Data);
    }
}
