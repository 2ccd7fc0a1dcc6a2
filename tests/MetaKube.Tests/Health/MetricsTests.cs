using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MetaKube.Fakes.Slack;
using MetaKube.Tests.Chat;
using MetaKube.Tests.Redis;
using MetaKube.Tests.Slack;

namespace MetaKube.Tests.Health;

/// <summary>The metrics for Prometheus and the dashboard that shows them.</summary>
public sealed partial class MetricsTests
{
    private const string Channel = "C0INCIDENTS";

    [Fact]
    public async Task The_work_of_the_bot_is_counted_and_no_metric_contains_evidence()
    {
        await using var chat = await SlackFixture.StartAsync(
            SlackTransport.Http,
            MemoryServer.Garnet,
            "config-missing-secret"
        );
        const string question = $"<@{FakeSlack.BotUser}> why is checkout crashing?";
        var asked = await chat.Slack.Events.SayAsync(Channel, "U0ADA", question);
        await chat.AnswerAsync(asked);
        await chat.Slack.Events.SayAsync(Channel, "U0ADA", "this fixed it: created the secret", asked.Ts);
        await chat.UntilLearntAsync();
        using var http = new HttpClient();
        var text = "";
        await ChatFixture.UntilAsync(async () =>
            (
                text = await http.GetStringAsync(
                    new Uri(chat.Bot.Address, "/metrics"),
                    TestContext.Current.CancellationToken
                )
            ).Contains("metakube_feedback", StringComparison.Ordinal)
            && text.Contains("metakube_memory_up", StringComparison.Ordinal)
        );
        text.ShouldMatch(
            "metakube_investigations_total\\{[^}]*fault=\"config.missing-secret\"[^}]*pathway=\"analytical\"[^}]*\\} "
                + "[1-9]"
        );
        text.ShouldMatch("metakube_investigation_duration_seconds_bucket\\{[^}]*stage=\"collect\"");
        text.ShouldMatch("metakube_feedback_total\\{[^}]*verdict=\"fixed\"[^}]*\\} [1-9]");
        foreach (var word in (string[])["checkout", "team-10", "U0ADA", "created the secret"])
            text.ShouldNotContain(word);
        await DashboardShouldShowAsync(text);
    }

    /// <summary>Measures of the dashboard are exported, or are those that nothing has happened for yet.</summary>
    private static async Task DashboardShouldShowAsync(string text)
    {
        string[] quiet =
        [
            "metakube_alerts_total",
            "metakube_incidents_total",
            "metakube_changes_total",
            "metakube_chat_limited_total",
            "metakube_model_tokens_total",
            "metakube_model_verdicts_total",
        ];
        var dashboard = JsonNode.Parse(
            await File.ReadAllTextAsync(
                Path.Combine(Repository.Root, "deploy", "grafana", "metakube.json"),
                TestContext.Current.CancellationToken
            )
        )!;
        var shown = Measure().Matches(dashboard.ToJsonString()).Select(match => match.Value).Distinct().ToList();
        shown.Count.ShouldBeGreaterThan(10);
        shown.Where(measure => !text.Contains(measure, StringComparison.Ordinal)).Except(quiet).ShouldBeEmpty();
        quiet.Except(shown).ShouldBeEmpty();
    }

    [GeneratedRegex("metakube_[a-z_]+[a-z]")]
    private static partial Regex Measure();
}
