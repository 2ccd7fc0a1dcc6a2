using System;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.Cluster;
using MetaKube.Cluster.Writing;
using MetaKube.Fakes;
using MetaKube.Fakes.Chat;
using MetaKube.Fakes.Clusters;
using MetaKube.Fakes.Slack;
using MetaKube.Fakes.Teams;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Redis;
using MetaKube.Tests.Chat;
using MetaKube.Tests.Deploy;
using MetaKube.Tests.Teams;
using Microsoft.Extensions.DependencyInjection;

namespace MetaKube.Tests.Remediation;

/// <summary>Changes of the real cluster after approval, by the chart's account for them.</summary>
[Collection(LiveClusterTests.RealCluster)]
public sealed class LiveRemediationTests
{
    private const string Channel = "C0INCIDENTS",
        Ada = "U0ADA",
        Bob = "U0BOB";

    private readonly string ns = $"mended-{Guid.NewGuid():N}"[..16];
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    private string Manifest =>
        $$"""
            apiVersion: apps/v1
            kind: Deployment
            metadata: { namespace: {{ns}}, name: orders }
            spec:
              replicas: 0
              selector: { matchLabels: { app: orders } }
              template:
                metadata: { labels: { app: orders } }
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: app
                    image: busybox:1.36
                    imagePullPolicy: IfNotPresent
                    command: [sleep, "3600"]
                    resources: { limits: { memory: 64Mi } }
            """;

    [Fact]
    public async Task In_Slack_a_change_is_shown_approved_applied_watched_learnt_and_undone()
    {
        await using var site = await SiteAsync();
        await using var slack = await FakeSlack.StartAsync();
        using var folder = new TemporaryFolder();
        await using var bot = await Bot.StartAsync(
            site.Cluster.Source(),
            folder.Path,
            [.. Bot.Settings(slack, SlackTransport.Http), .. site.Settings($"slack:{Ada}")],
            TestLog.Instance
        );
        slack.Events.Endpoint = bot.Address;
        var asked = await slack.Events.SayAsync(
            Channel,
            Bob,
            $"<@{FakeSlack.BotUser}> why is orders down in namespace {ns}?"
        );
        var proposal = await ProposedAsync(site, slack, asked);
        await slack.Events.ClickAsync(Ada, proposal, "metakube.apply");
        var made = await ReplyAsync(slack, asked, "Applied with the approval of");
        (await site.ReplicasAsync()).ShouldBe("1");
        (await site.ManagersAsync()).ShouldContain("metakube");
        await ReplyAsync(slack, asked, "after the change. Memory keeps that it fixed scheduling.scaled-to-zero");
        var episode = await LearntAsync(bot);
        await UndoneAsync(site, slack, asked, proposal, made);
        var kept = (await bot.Services.GetRequiredService<ChangeStore>().ListAsync(token)).Single();
        (kept.State, kept.Id).ShouldBe((ChangeState.Undone, episode.Id));
        kept.History.Select(one => $"{one.Who.Split(' ')[0]} {one.Description}")
            .ShouldBe([
                $"slack:{Bob} asked to see it; the API server accepts it",
                $"slack:{Bob} tried to approve it without being an approver",
                $"slack:{Ada} approved it; it was applied",
                "metakube recovery observed",
                $"slack:{Ada} refused: The change was applied already.",
                $"slack:{Ada} undid it",
                $"slack:{Ada} refused: Show the change first.",
            ]);
    }

    private async Task<Episode> LearntAsync(Bot bot)
    {
        var episode = (await (await bot.Memory.OpenAsync(token)).ListAsync(token)).Single();
        (episode.Outcome, episode.Truth).ShouldBe((Outcome.Observed, "scheduling.scaled-to-zero"));
        episode.Fix.ShouldBe($"Deployment {ns}/orders spec.replicas: 0 → 1");
        return episode;
    }

    /// <summary>Shows the change; a person who is not an approver cannot apply it.</summary>
    /// <returns>The proposal.</returns>
    private static async Task<FakeMessage> ProposedAsync(Site site, FakeSlack slack, FakeMessage asked)
    {
        await slack.UntilAsync(() => slack.AnswersIn(Channel, asked.Ts).Count == 1, what: "the answer");
        var answer = slack.AnswersIn(Channel, asked.Ts)[0];
        answer.Text.ShouldContain("scheduling.scaled-to-zero");

        await slack.Events.ClickAsync(Bob, answer, "metakube.propose");
        var proposal = await ReplyAsync(slack, asked, "accepts it as a dry run");
        proposal.Text.ShouldContain("- spec.replicas: 0\n+ spec.replicas: 1");
        (await site.ReplicasAsync()).ShouldBe("0");
        // The refusal is visible to that person only.
        await slack.Events.ClickAsync(Bob, proposal, "metakube.apply");
        await slack.UntilAsync(
            () =>
                slack.Ephemerals.Any(one =>
                    one.User == Bob && one.Text.Contains("You are not an approver", StringComparison.Ordinal)
                ),
            what: "the refusal"
        );
        (await site.ReplicasAsync()).ShouldBe("0");
        return proposal;
    }

    /// <summary>Undoes the change; an old approval applies nothing, before and after.</summary>
    private static async Task UndoneAsync(
        Site site,
        FakeSlack slack,
        FakeMessage asked,
        FakeMessage proposal,
        FakeMessage made
    )
    {
        await slack.Events.ClickAsync(Ada, proposal, "metakube.apply");
        await ReplyAsync(slack, asked, "was applied already");
        await slack.Events.ClickAsync(Ada, made, "metakube.undo");
        (await ReplyAsync(slack, asked, "Undone by")).Text.ShouldContain("- spec.replicas: 1\n+ spec.replicas: 0");
        (await site.ReplicasAsync()).ShouldBe("0");
        await slack.Events.ClickAsync(Ada, proposal, "metakube.apply");
        await ReplyAsync(slack, asked, "Show the change first");
        (await site.ReplicasAsync()).ShouldBe("0");
    }

    [Fact]
    public async Task In_Teams_a_change_that_does_not_help_is_reported_and_undone()
    {
        await using var site = await SiteAsync();
        await BreakCommandAsync(site);
        var packages = TeamsNpm.Folder;
        using var folder = new TemporaryFolder();
        var address = new Uri($"http://127.0.0.1:{LoopbackPort.Next()}");
        // The Playground starts first, since the settings name its people as approvers.
        await using var teams = await Playground.StartAsync(packages, address);
        Dictionary<string, string> settings = new(site.Settings($"teams:{teams.Ada.ObjectId}"))
        {
            ["Remediation:FollowFor"] = "00:00:10",
        };
        await using var bot = await Bot.StartAsync(
            site.Cluster.Source(),
            folder.Path,
            [.. Playground.Loopback, .. settings],
            TestLog.Instance,
            address.AbsoluteUri
        );
        await teams.ConnectAsync(bot.Address);
        var thread = await teams.SayAsync(teams.Ada, teams.Channel, $"why is orders down in namespace {ns}?");
        await teams.UntilAsync(() => teams.AnswersIn(thread).Count == 1, "the answer");
        await teams.ClickAsync(teams.Ada, teams.AnswersIn(thread)[0], "propose");
        var proposal = await ReplyAsync(teams, thread, "accepts it as a dry run");
        await teams.ClickAsync(teams.Bob, proposal, "apply");
        await ReplyAsync(teams, thread, "You are not an approver");
        (await site.ReplicasAsync()).ShouldBe("0");
        await teams.ClickAsync(teams.Ada, proposal, "apply");
        (await ReplyAsync(teams, thread, $"Applied with the approval of {teams.Ada.Name}")).Text.ShouldContain(
            "+ spec.replicas: 1"
        );
        var failed = await ReplyAsync(teams, thread, "The change has not helped so far");
        await teams.ClickAsync(teams.Ada, failed, "undo");
        await ReplyAsync(teams, thread, $"Undone by {teams.Ada.Name}");
        (await site.ReplicasAsync()).ShouldBe("0");
        (await (await bot.Memory.OpenAsync(token)).ListAsync(token)).Single().Outcome.ShouldBe(Outcome.Pending);
    }

    /// <summary>Gives the workload a command that fails, so that more replicas do not help.</summary>
    private async Task BreakCommandAsync(Site site) =>
        await site.Cluster.KubectlAsync(
            [
                "-n",
                ns,
                "patch",
                "deployment",
                "orders",
                "--type=json",
                "-p",
                """[{"op":"replace","path":"/spec/template/spec/containers/0/command","value":["sh","-c","exit 3"]}]""",
            ],
            token
        );

    [Fact]
    public async Task In_the_console_a_change_is_approved_applied_watched_and_undone()
    {
        await using var site = await SiteAsync();
        using var folder = new TemporaryFolder();
        await using var bot = await Bot.StartAsync(
            site.Cluster.Source(),
            folder.Path,
            site.Settings("console:operator"),
            TestLog.Instance
        );
        using var http = new HttpClient { BaseAddress = bot.Address };
        http.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        Task<string> PostAsync(string path, params (string, string)[] form) => PostFormAsync(http, path, form);
        Task<string> UntilAsync(string path, string containing) => UntilPageAsync(http, path, containing);

        var asked = await PostAsync("/ask", ("question", "why is orders down?"), ("namespace", ns));
        var answer = await UntilAsync(asked, "Show the change");
        var change = System.Text.RegularExpressions.Regex.Match(answer, "(/changes/[^/]+)/propose").Groups[1].Value;
        var proposal = await UntilAsync(await PostAsync($"{change}/propose"), "Approve and apply");
        System.Net.WebUtility.HtmlDecode(proposal).ShouldContain("- spec.replicas: 0\n+ spec.replicas: 1");
        // An approval of an older proposal is refused.
        await UntilAsync(await PostAsync($"{change}/apply", ("plan", "7")), "proposed again since");
        (await site.ReplicasAsync()).ShouldBe("0");
        await UntilAsync(await PostAsync($"{change}/apply", ("plan", "1")), ">Undo<");
        (await site.ReplicasAsync()).ShouldBe("1");
        await UntilAsync(change, "recovery observed");
        await UntilAsync(await PostAsync($"{change}/undo", ("plan", "1")), "undid it");
        (await site.ReplicasAsync()).ShouldBe("0");
        (await http.GetStringAsync("/changes", token)).ShouldContain("console:operator: undid it");
    }

    /// <returns>The path and query that the response redirects to.</returns>
    private async Task<string> PostFormAsync(HttpClient http, string path, (string, string)[] form)
    {
        using var response = await http.PostAsync(
            path,
            new FormUrlEncodedContent(form.Select(one => KeyValuePair.Create(one.Item1, one.Item2))),
            token
        );
        return response.RequestMessage!.RequestUri!.PathAndQuery;
    }

    private async Task<string> UntilPageAsync(HttpClient http, string path, string containing)
    {
        var page = "";
        await ChatFixture.UntilAsync(async () =>
            (page = await http.GetStringAsync(path, token)).Contains(containing, StringComparison.Ordinal)
        );
        return page;
    }

    [Fact]
    public async Task A_rollback_to_a_revision_is_refused_after_another_change_of_the_same_field()
    {
        await using var site = await SiteAsync();
        async Task SetAsync(string argument) =>
            await site.Cluster.KubectlAsync(
                ["-n", ns, "set", "image", "deployment/orders", $"app=busybox:{argument}"],
                token
            );
        await SetAsync("no-such-tag");
        await site.UntilRevisionAsync("2");
        var changes = site.Cluster.Source().Changes(site.Account);
        var orders = new ResourceRef("Deployment", ns, "orders");
        var fields = await changes.PlanAsync(new(orders, "", 1), token);
        ClusterChanges
            .Describe(fields)
            .ShouldBe(
                "- spec.template.spec.containers[app].image: \"busybox:no-such-tag\"\n+ "
                    + "spec.template.spec.containers[app].image: \"busybox:1.36\""
            );
        await SetAsync("another-tag");
        (
            await Should.ThrowAsync<ChangeRefusedException>(() => changes.ApplyAsync(orders, fields, token))
        ).Message.ShouldContain("Somebody has changed spec.template.spec.containers[app].image");

        fields = await changes.PlanAsync(new(orders, "", 1), token);
        await changes.ApplyAsync(orders, fields, token);
        (await site.ImageAsync()).ShouldBe("busybox:1.36");
        // The second application changes nothing.
        await changes.ApplyAsync(orders, fields, token);
        (
            await Should.ThrowAsync<ChangeRefusedException>(() => changes.PlanAsync(new(orders, "", 99), token))
        ).Message.ShouldContain("no longer kept");
        (
            await Should.ThrowAsync<ChangeRefusedException>(() =>
                changes.PlanAsync(new(orders, """{"spec":{"replicas":0}}"""), token)
            )
        ).Message.ShouldContain("like that already");
    }

    [Theory]
    [InlineData("Deployment", """{"spec":{"replicas":-1}}""", "must be greater than or equal to 0")]
    [InlineData(
        "Deployment",
        """
            {"spec":{"template":{"spec":{"containers":[{"name":"app","env":[{"name":"DB_PASSWORD",
            "value":"hunter2hunter2"}]}]}}}}
            """,
        "looks like a secret"
    )]
    [InlineData("Deployment", "not json", "cannot be put as a patch")]
    [InlineData("Service", """{"spec":{"selector":{"a":"b"}}}""", "is gone")]
    [InlineData("ConfigMap", """{"data":{"a":"b"}}""", "forbidden")]
    [InlineData("Pizza", "{}", "I change no Pizza")]
    public async Task A_change_that_the_server_or_the_account_does_not_allow_is_refused(
        string kind,
        string patch,
        string why
    )
    {
        await using var site = await SiteAsync();
        var changes = site.Cluster.Source().Changes(site.Account);
        (
            await Should.ThrowAsync<ChangeRefusedException>(() =>
                changes.PlanAsync(new(new(kind, ns, "orders"), patch), token)
            )
        ).Message.ShouldContain(why);
        (await changes.MissingAsync(token)).ShouldContain("patch nodes");
    }

    private static async Task<FakeMessage> ReplyAsync(FakeSlack slack, FakeMessage asked, string containing)
    {
        FakeMessage? Found() =>
            slack
                .ThreadOf(Channel, asked.Ts)
                .FirstOrDefault(message =>
                    message.IsReply && message.Text.Contains(containing, StringComparison.Ordinal)
                );
        await slack.UntilAsync(
            () => Found() is not null,
            TimeSpan.FromMinutes(3),
            $"a reply with {containing}",
            () => string.Join('\n', slack.ThreadOf(Channel, asked.Ts).Select(message => message.Text))
        );
        return Found()!;
    }

    private static async Task<TeamsMessage> ReplyAsync(TeamsClient teams, string thread, string containing)
    {
        TeamsMessage? Found() =>
            teams
                .ThreadOf(thread)
                .FirstOrDefault(message =>
                    message.IsReply && message.Text.Contains(containing, StringComparison.Ordinal)
                );
        await teams.UntilAsync(() => Found() is not null, $"a reply with {containing}");
        return Found()!;
    }

    private async Task<Site> SiteAsync()
    {
        Assert.SkipWhen(LiveClusterTests.Kubeconfig is null, "METAKUBE_TEST_KUBECONFIG names no cluster");
        var cluster = new ScenarioCluster(LiveClusterTests.Kubeconfig!);
        var (manifests, error) = await Chart.RenderAsync(
            "metakube",
            ns,
            "remediation={\"enabled\":true}",
            $"rbac.namespaced=[\"{ns}\"]"
        );
        error.ShouldBeEmpty();
        using var folder = new TemporaryFolder();
        var account = new JsonArray([
            .. Chart.Objects(manifests).Where(one => one["metadata"]!["name"]!.ToString() == "metakube-remediation"),
        ]);
        await cluster.KubectlAsync(["create", "namespace", ns], token);
        await cluster.KubectlAsync(
            [
                "-n",
                ns,
                "apply",
                "-f",
                folder.Write(
                    "account.json",
                    new JsonObject
                    {
                        ["apiVersion"] = "v1",
                        ["kind"] = "List",
                        ["items"] = account,
                    }.ToJsonString()
                ),
                "-f",
                folder.Write("orders.yaml", Manifest),
            ],
            token
        );
        return new(cluster, ns);
    }

    /// <summary>A namespace with a workload that is scaled to zero, and the account that may change it.</summary>
    private sealed class Site(ScenarioCluster cluster, string ns) : IAsyncDisposable
    {
        public ScenarioCluster Cluster => cluster;

        public string Account => $"system:serviceaccount:{ns}:metakube-remediation";

        public Dictionary<string, string> Settings(string approver) =>
            new()
            {
                ["Remediation:Enabled"] = "true",
                ["Remediation:As"] = Account,
                ["Remediation:Approvers:0:Users:0"] = approver,
                ["Remediation:Approvers:0:Namespaces:0"] = "mended-*",
                ["Memory:ExplorationRate"] = "0",
            };

        public async Task<string> ReplicasAsync() => (await OrdersAsync())["spec"]!["replicas"]!.ToString();

        public async Task<string> ImageAsync() =>
            (await OrdersAsync())["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.ToString();

        public async Task<IEnumerable<string>> ManagersAsync() =>
            (await OrdersAsync("--show-managed-fields"))["metadata"]!["managedFields"]!
                .AsArray()
                .Select(one => (string)one!["manager"]!);

        public Task UntilRevisionAsync(string revision) =>
            ChatFixture.UntilAsync(async () =>
                (string?)(await OrdersAsync())["metadata"]!["annotations"]?["deployment.kubernetes.io/revision"]
                == revision
            );

        private async Task<JsonNode> OrdersAsync(params string[] more) =>
            JsonNode.Parse(
                await cluster.KubectlAsync(
                    ["-n", ns, "get", "deployment", "orders", "-o", "json", .. more],
                    TestContext.Current.CancellationToken
                )
            )!;

        public async ValueTask DisposeAsync() =>
            await cluster.KubectlAsync(["delete", "namespace", ns, "--wait=false"], CancellationToken.None);
    }
}
