using System;
using System.Text;
using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.ChatOps.Teams;
using MetaKube.Cluster;
using MetaKube.Fakes;
using MetaKube.Tests.Chat;

namespace MetaKube.Tests.Teams;

public sealed class TeamsCardTests
{
    private static readonly Uri Thread = new("https://teams.microsoft.com/l/message/19%3Ax/1?tenantId=t");

    [Fact]
    public async Task Every_scenario_is_a_card_that_teams_takes_and_is_below_28_KB()
    {
        var messages = new List<JsonObject>();
        foreach (var scenario in Scenario.LoadAll().Where(scenario => Directory.Exists(scenario.Dump)))
            messages.Add(
                TeamsCard.Answer(
                    AnswerView.Of(
                        await MemorylessInvestigation.RunAsync(
                            new DumpEvidence(scenario.Dump),
                            scenario.Question,
                            null,
                            TestContext.Current.CancellationToken
                        )
                    )
                )
            );
        messages.Count.ShouldBeGreaterThan(150);
        // Cards of real failures are not cut.
        foreach (var message in messages)
            message.ToJsonString().ShouldContain("\"id\":\"details\"");
        messages.AddRange(HostileMessages());
        foreach (var message in messages)
            Encoding.UTF8.GetByteCount(TeamsApi.Serialize(message)).ShouldBeLessThan(28 * 1024);
        (await CheckAsync(messages)).ShouldBe("");
    }

    [Fact]
    public async Task An_invalid_card_is_reported()
    {
        var wrong = TeamsCard.Reply("fine");
        var body = (JsonArray)wrong["attachments"]![0]!["content"]!["body"]!;
        body.Add(new JsonObject { ["type"] = "Blink", ["text"] = "x" });
        (await CheckAsync([wrong])).ShouldContain("card 0");
    }

    [Fact]
    public void Nothing_that_was_found_can_format_link_or_call_people()
    {
        foreach (var message in HostileMessages())
        {
            // A TextBlock reads Markdown, and text beside a card is Markdown or HTML.
            var elements = Objects(message["attachments"]).ToList();
            elements.ShouldNotContain(one => (string?)one["type"] == "TextBlock");
            message.ContainsKey("text").ShouldBeFalse();
            foreach (var link in elements.Where(one => (string?)one["type"] == "Action.OpenUrl"))
                link["url"]!.ToString().ShouldMatch("^https://(teams.microsoft.com|fake.slack.com)/");
            message["entities"]?.AsArray().ShouldNotContain(entity => (string?)entity!["type"] == "mention");
        }
        foreach (var message in HostileMessages().Select(TeamsCard.Bare))
            ((string?)message["textFormat"]).ShouldBe("plain");
    }

    [Fact]
    public async Task An_answer_names_its_sources_and_is_marked_as_generated_only_if_a_model_was_used()
    {
        var scenario = Scenario.LoadAll().Single(scenario => scenario.Name == "config-missing-secret");
        var view = AnswerView.Of(
            await MemorylessInvestigation.RunAsync(
                new DumpEvidence(scenario.Dump),
                scenario.Question,
                null,
                TestContext.Current.CancellationToken
            )
        );
        var entity = TeamsCard.Answer(view)["entities"]!.AsArray().Single()!;
        entity["additionalType"].ShouldBeNull();
        var citations = entity["citation"]!.AsArray();
        citations.Count.ShouldBeGreaterThan(0);
        foreach (var (citation, n) in citations.Select((citation, n) => (citation!, n + 1)))
        {
            ((int)citation["position"]!).ShouldBe(n);
            TeamsCard.Answer(view).ToJsonString().ShouldContain($"[{n}] ");
        }
        TeamsCard.Answer(view with { IsByModel = true })["entities"]![0]!["additionalType"]!
            .ToJsonString()
            .ShouldBe("""["AIGeneratedContent"]""");
    }

    [Fact]
    public void The_sections_come_in_the_order_of_the_view()
    {
        var view = SampleAnswer.View;
        var body = TeamsCard.Answer(view)["attachments"]![0]!["content"]!["body"];
        var text = string.Join('\n', Objects(body).Select(one => (string?)one["text"]).OfType<string>());
        text.ShouldShowInOrder(view, [.. view.Summary, .. view.Details]);
        text.ShouldContain(view.Reference);
    }

    /// <summary>
    /// Checks the cards of messages with Microsoft's parser, and with the JSON schema if it is available.
    /// </summary>
    private static async Task<string> CheckAsync(IEnumerable<JsonObject> messages)
    {
        var packages = TeamsNpm.Folder;
        using var folder = new TemporaryFolder();
        var file = folder.Write(
            "cards.json",
            new JsonArray([
                .. messages.Select(message => message["attachments"]![0]!["content"]!.DeepClone()),
            ]).ToJsonString()
        );
        string[] schema = Environment.GetEnvironmentVariable("METAKUBE_TEST_CARD_SCHEMA") is { Length: > 0 } path
            ? [path]
            : [];
        return await TeamsNpm.CheckAsync(["cards", file, .. schema]);
    }

    /// <summary>Cards in which every text is hostile.</summary>
    private static IEnumerable<JsonObject> HostileMessages()
    {
        foreach (var view in HostileText.Views())
        {
            yield return TeamsCard.Answer(view);
            yield return TeamsCard.Reply(view.Verdict, view.Cause, Thread);
            yield return TeamsCard.Working([view.Verdict, view.Cause ?? ""]);
            yield return TeamsCard.Alert(view.Verdict);
        }
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) =>
        node switch
        {
            JsonArray array => array.SelectMany(Objects),
            JsonObject map => map.SelectMany(one => Objects(one.Value)).Prepend(map),
            _ => [],
        };
}
