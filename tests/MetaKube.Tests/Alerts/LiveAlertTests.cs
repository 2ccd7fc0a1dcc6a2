using System;
using System.Diagnostics;
using System.Text;
using MetaKube.Fakes;
using MetaKube.Fakes.Chat;
using MetaKube.Fakes.Clusters;
using MetaKube.Fakes.Slack;
using MetaKube.Fakes.Teams;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Tests.Chat;
using MetaKube.Tests.Teams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MetaKube.Tests.Alerts;

/// <summary>
/// Follows a crash on the real cluster through a real Prometheus and a real Alertmanager to the threads in Slack and
/// Teams, and to the episode in memory.
/// </summary>
[Collection(LiveClusterTests.RealCluster)]
public sealed class LiveAlertTests(ITestOutputHelper output)
{
    private const string Token = "a-token-nobody-guesses",
        Channel = "C0INCIDENTS",
        Namespace = "alerted";

    private const string Manifest = """
        apiVersion: v1
        kind: Namespace
        metadata: { name: alerted }
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: { namespace: alerted, name: orders }
        spec:
          replicas: 1
          selector: { matchLabels: { app: orders } }
          template:
            metadata: { labels: { app: orders } }
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - name: app
                image: busybox:1.36
                imagePullPolicy: IfNotPresent
                env: [{ name: DB_USER, value: nobody }]
                command: [sh, -c]
                args:
                - |
                  if [ "$DB_USER" != orders ]; then
                    echo "FATAL: password authentication failed for user \"$DB_USER\"" >&2; exit 1
                  fi
                  echo ready; exec sleep 3600
        """;

    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_crash_is_diagnosed_in_both_chats_followed_to_its_end_and_known_the_next_time()
    {
        Assert.SkipWhen(LiveClusterTests.Kubeconfig is null, "METAKUBE_TEST_KUBECONFIG names no cluster");
        var cluster = new ScenarioCluster(LiveClusterTests.Kubeconfig!);
        var packages = TeamsNpm.Folder;
        using var folder = new TemporaryFolder();
        await using var slack = await FakeSlack.StartAsync();
        await using var bot = await Bot.StartAsync(cluster.Source(), folder.Path, Settings(slack), TestLog.Instance);
        slack.Events.Endpoint = bot.Address;
        await using var teams = await Playground.StartAsync(packages, bot.Address);
        await teams.ConnectAsync(bot.Address);
        await IntroduceAsync(teams);
        await using var relay = await Relay.StartAsync(bot.Address);
        await using var metrics = await StateMetrics.StartAsync(LiveClusterTests.Kubeconfig!, Namespace);
        using var alertmanager = AlertmanagerProcess.Start(folder, relay.Address, Token);
        using var prometheus = Prometheus(folder, metrics.Address, alertmanager.Address);
        try
        {
            await cluster.KubectlAsync(["apply", "-f", folder.Write("orders.yaml", Manifest)], token);
            var head = await DiagnosedInSlackAsync(slack);
            var inSlack = relay.SinceFirst;
            var thread = await DiagnosedInTeamsAsync(teams, alertmanager);
            output.WriteLine(
                $"After the webhook: the diagnosis in Slack {inSlack.TotalSeconds:0.0} s, in Teams "
                    + $"{relay.SinceFirst.TotalSeconds:0.0} s."
            );
            await cluster.KubectlAsync(["-n", Namespace, "set", "env", "deployment/orders", "DB_USER=orders"], token);
            await ResolvedAsync(slack, head, teams, thread);
            await LearntAsync(bot);
            await cluster.KubectlAsync(["-n", Namespace, "set", "env", "deployment/orders", "DB_USER=nobody"], token);
            await RecalledAsync(slack);
        }
        finally
        {
            await cluster.KubectlAsync(["delete", "namespace", Namespace, "--wait=false"], CancellationToken.None);
            if (!prometheus.HasExited)
                prometheus.Kill();
        }
    }

    /// <summary>Posts in the Teams channel, whose address the bot knows after the first message from it.</summary>
    private static async Task IntroduceAsync(Playground teams)
    {
        var asked = await teams.SayAsync(teams.Ada, teams.Channel, "help");
        await teams.UntilAsync(() => teams.ThreadOf(asked).Any(message => message.IsReply), "the help text");
    }

    private static Dictionary<string, string> Settings(FakeSlack slack) =>
        new(Bot.Settings(slack, SlackTransport.Http).Concat(Playground.Loopback))
        {
            ["Alerts:Token"] = Token,
            ["Alerts:Channels:0"] = $"slack:{Channel}",
            ["Alerts:Channels:1"] = "teams:channel-announcements-id",
            ["Alerts:ReopenWithin"] = "00:00:00",
            ["Memory:ExplorationRate"] = "0",
        };

    private static async Task<FakeMessage> DiagnosedInSlackAsync(FakeSlack slack)
    {
        var head = await HeadAsync(slack, 1);
        await slack.UntilAsync(
            () => slack.AnswersIn(Channel, head.Ts).Count == 1,
            TimeSpan.FromMinutes(3),
            "the diagnosis in Slack"
        );
        slack.AnswersIn(Channel, head.Ts)[0].Text.ShouldContain("config.bad-credentials");
        return head;
    }

    /// <returns>The thread in Teams.</returns>
    private static async Task<string> DiagnosedInTeamsAsync(Playground teams, AlertmanagerProcess alertmanager)
    {
        await teams.UntilAsync(
            () => teams.Started.Count == 1 && teams.AnswersIn(teams.Started.Single()).Count == 1,
            "the diagnosis in Teams",
            () => alertmanager.Log
        );
        var thread = teams.Started.Single();
        teams.AnswersIn(thread)[0].Text.ShouldContain("config.bad-credentials");
        return thread;
    }

    /// <summary>Both threads end with the resolution, which names the change.</summary>
    private async Task ResolvedAsync(FakeSlack slack, FakeMessage head, Playground teams, string thread)
    {
        static bool IsEnd(bool isReply, string text) =>
            isReply && text.Contains("Resolved after", StringComparison.Ordinal);

        await slack.UntilAsync(
            () => slack.ThreadOf(Channel, head.Ts).Any(message => IsEnd(message.IsReply, message.Text)),
            TimeSpan.FromMinutes(3),
            "resolved in Slack"
        );
        await teams.UntilAsync(
            () => teams.ThreadOf(thread).Any(message => IsEnd(message.IsReply, message.Text)),
            "resolved in Teams"
        );
        var end = slack.ThreadOf(Channel, head.Ts).Single(message => IsEnd(message.IsReply, message.Text)).Text;
        output.WriteLine(end);
        end.ShouldContain(
            "Deployment alerted/orders spec.template.spec.containers[app].env[DB_USER].value: nobody → orders"
        );
    }

    private async Task LearntAsync(Bot bot)
    {
        var episode = (await (await bot.Memory.OpenAsync(token)).ListAsync(token)).Single();
        (episode.Outcome, episode.Truth).ShouldBe((Outcome.Observed, "config.bad-credentials"));
    }

    /// <summary>The second occurrence is answered from memory.</summary>
    private static async Task RecalledAsync(FakeSlack slack)
    {
        var next = await HeadAsync(slack, 2);
        List<FakeMessage> Parts(string part) =>
            [
                .. slack
                    .ThreadOf(Channel, next.Ts)
                    .Where(message => message.Key?.EndsWith($"/{part}", StringComparison.Ordinal) == true),
            ];
        await slack.UntilAsync(() => Parts("more-0").Count == 1, TimeSpan.FromMinutes(3), "the next occurrence");
        Parts("answer").Single().Text.ShouldContain("config.bad-credentials");
        await slack.Events.ClickAsync("U0READER", Parts("answer").Single(), "metakube.details");
        await slack.UntilAsync(() => Parts("details").Count == 1, TimeSpan.FromMinutes(1), "the details");
        Parts("details").Single().Text.ShouldContain("Answered from memory");
        Parts("more-0")
            .Single()
            .Text.ShouldSatisfyAllConditions(
                text => text.ShouldContain("2nd time within a week"),
                text => text.ShouldContain("nobody → orders")
            );
    }

    [Theory]
    [InlineData("METAKUBE_TEST_ALERTMANAGER", "amtool", "check-config", "alertmanager.yml")]
    [InlineData("METAKUBE_TEST_PROMETHEUS", "promtool", "check rules", "rules.yml")]
    public async Task The_shipped_files_are_accepted_by_the_tools_of_Alertmanager_and_Prometheus(
        string installed,
        string program,
        string command,
        string file
    )
    {
        Assert.SkipWhen(
            string.IsNullOrEmpty(Environment.GetEnvironmentVariable(installed)),
            $"{installed} names no program"
        );
        using var process = Process.Start(
            new ProcessStartInfo(
                program,
                [.. command.Split(' '), Path.Combine(Repository.Root, "deploy", "alertmanager", file)]
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var said =
            $"{await process.StandardOutput.ReadToEndAsync(token)}{await process.StandardError.ReadToEndAsync(token)}";
        await process.WaitForExitAsync(token);
        process.ExitCode.ShouldBe(0, said);
    }

    private static async Task<FakeMessage> HeadAsync(FakeSlack slack, int number)
    {
        List<FakeMessage> Heads() =>
            [
                .. slack
                    .Messages.Values.Where(message => message is { IsOurs: true, Thread: null })
                    .OrderBy(message => message.Ts, StringComparer.Ordinal),
            ];
        await slack.UntilAsync(() => Heads().Count >= number, TimeSpan.FromMinutes(3), "a thread of the bot's own");
        return Heads()[number - 1];
    }

    /// <summary>Starts Prometheus with the rule of the Kubernetes mixin, at shorter intervals.</summary>
    private static Process Prometheus(TemporaryFolder folder, Uri metrics, Uri alertmanager)
    {
        var program = Environment.GetEnvironmentVariable("METAKUBE_TEST_PROMETHEUS");
        Assert.SkipWhen(string.IsNullOrEmpty(program), "METAKUBE_TEST_PROMETHEUS names no Prometheus");
        folder.Write(
            "rules.yml",
            """
            groups:
            - name: kubernetes-apps
              rules:
              - alert: KubePodCrashLooping
                expr: max_over_time(kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff"}[3s]) >= 1
                for: 1s
                labels: { severity: warning }
                annotations: { summary: Pod is crash looping. }
            """
        );
        var configuration = folder.Write(
            "prometheus.yml",
            $$"""
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: [rules.yml]
            alerting: { alertmanagers: [{ static_configs: [{ targets: ['{{alertmanager.Authority}}'] }] }] }
            scrape_configs:
            - job_name: kube-state-metrics
              honor_labels: true
              static_configs: [{ targets: ['{{metrics.Authority}}'] }]
            """
        );
        return StartReading(
            program!,
            [
                $"--config.file={configuration}",
                $"--storage.tsdb.path={Path.Combine(folder.Path, "prometheus")}",
                $"--web.listen-address=127.0.0.1:{LoopbackPort.Next()}",
                "--rules.alert.resend-delay=2s",
            ]
        );
    }

    /// <summary>Starts a process and discards its output, so that it never waits for a reader.</summary>
    private static Process StartReading(string program, IReadOnlyList<string> arguments)
    {
        var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>A relay between Alertmanager and the bot that notes the time of the first webhook.</summary>
    private sealed class Relay : IAsyncDisposable
    {
        private readonly WebApplication server;
        private readonly HttpClient http = new();
        private long first;

        private Relay(WebApplication server) => this.server = server;

        public Uri Address => new(server.Urls.First());

        public TimeSpan SinceFirst => Stopwatch.GetElapsedTime(first);

        public static async Task<Relay> StartAsync(Uri bot)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var relay = new Relay(app);
            app.Run(async context =>
            {
                Interlocked.CompareExchange(ref relay.first, Stopwatch.GetTimestamp(), 0);
                using var reader = new StreamReader(context.Request.Body);
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(bot, context.Request.Path.Value!))
                {
                    Content = new StringContent(
                        await reader.ReadToEndAsync(context.RequestAborted),
                        Encoding.UTF8,
                        "application/json"
                    ),
                };
                request.Headers.TryAddWithoutValidation(
                    "Authorization",
                    context.Request.Headers.Authorization.ToString()
                );
                using var response = await relay.http.SendAsync(request, context.RequestAborted);
                context.Response.StatusCode = (int)response.StatusCode;
            });
            await app.StartAsync();
            return relay;
        }

        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            http.Dispose();
        }
    }
}
