using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.ChatOps.Slack;
using MetaKube.Cluster;
using MetaKube.Fakes;
using MetaKube.Fakes.Slack;
using MetaKube.Investigations;
using MetaKube.Tests.Chat;

namespace MetaKube.Tests.Slack;

public sealed class SlackCardTests
{
    [Fact]
    public async Task Every_scenario_is_within_slacks_limits_and_compiles_against_slacks_own_types()
    {
        var messages = new List<JsonObject>();
        foreach (var scenario in Scenario.LoadAll().Where(scenario => Directory.Exists(scenario.Dump)))
            messages.AddRange(
                Messages(
                    await MemorylessInvestigation.RunAsync(
                        new DumpEvidence(scenario.Dump),
                        scenario.Question,
                        null,
                        TestContext.Current.CancellationToken
                    )
                )
            );
        messages.Count.ShouldBeGreaterThan(300);
        messages.AddRange(HostileMessages());
        foreach (var message in messages)
            BlockKit.CheckMessage(message).ShouldBeNull(message.ToJsonString());
        var views = new List<JsonObject>
        {
            SlackViews.Form("261125-aaaaaaaaaa", new("slack", "C1", "1.1")),
            SlackViews.Home([], "0 episodes"),
            SlackViews.Home(Recents(), "5 episodes"),
        };
        foreach (var view in views)
            BlockKit.CheckView(view).ShouldBeNull();

        await CompileAsync(
            messages
                .Select((message, i) => $"const m{i}: KnownBlock[] = {message["blocks"]!.ToJsonString()};")
                .Concat(views.Select((view, i) => $"const v{i}: View = {view.ToJsonString()};"))
        );
    }

    [Fact]
    public void Nothing_that_was_found_can_call_people_link_or_format()
    {
        foreach (var message in HostileMessages())
        {
            // Slack parses mrkdwn in the fallback text only, where each special character is escaped.
            message["text"]!.ToString().ShouldNotContain("<");
            foreach (var text in Objects(message["blocks"]!).Where(one => one["text"] is JsonValue))
                text["type"]!.ToString().ShouldBeOneOf("text", "plain_text", "link");
            Objects(message["blocks"]!)
                .ShouldNotContain(one =>
                    one["type"]!.ToString() == "mrkdwn"
                    || one["type"]!.ToString() == "user"
                    || one["type"]!.ToString() == "broadcast"
                );
            foreach (var link in Objects(message["blocks"]!).Where(one => one["type"]!.ToString() == "link"))
                link["url"]!.ToString().ShouldStartWith("https://fake.slack.com/");
        }
    }

    [Fact]
    public void The_sections_come_in_the_order_of_the_view()
    {
        var view = SampleAnswer.View;
        var answer = Words(SlackCard.Answer(view)["blocks"]);
        answer.ShouldShowInOrder(view, view.Summary);
        answer.ShouldContain(view.SmallPrint);
        var details = Words(SlackCard.Details(view)["blocks"]);
        $"{view.Verdict}\n{view.Cause}\n{details}".ShouldShowInOrder(view, view.Details);
        details.ShouldContain(view.Reference);
    }

    [Theory]
    [InlineData("<@U0FAKEBOT> why is <#C1|shop> down?", "why is #shop down?")]
    [InlineData("see <https://x.example/a?b=1&amp;c=2|the page> &lt;none&gt; &amp;amp;", "see the page <none> &amp;")]
    [InlineData("<https://x.example> <@U0OTHER>", "https://x.example <@U0OTHER>")]
    [InlineData("\u201cwhy\u201d it\u2019s", "\"why\" it's")]
    public void Slacks_text_becomes_plain_words(string text, string plain) =>
        SlackText.Plain(text, FakeSlack.BotUser).ShouldBe(plain);

    private static async Task CompileAsync(IEnumerable<string> lines)
    {
        // The compiler finds the types beside the packages.
        var file = Path.Combine(SlackNpm.Folder, $"rendered-{Guid.NewGuid():N}.ts");
        try
        {
            await File.WriteAllTextAsync(
                file,
                $"import type {{ KnownBlock, View }} from '@slack/types';\n{string.Join('\n', lines)}\n",
                TestContext.Current.CancellationToken
            );
            using var compiler = SlackNpm.Start(
                new Dictionary<string, string>(),
                "node_modules/typescript/bin/tsc",
                "--noEmit",
                "--strict",
                "--skipLibCheck",
                "--module",
                "nodenext",
                "--target",
                "es2022",
                file
            );
            var output = await compiler.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await compiler.WaitForExitAsync(TestContext.Current.CancellationToken);
            compiler.ExitCode.ShouldBe(0, output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static IEnumerable<JsonObject> Messages(Investigation investigation)
    {
        var view = AnswerView.Of(investigation);
        yield return SlackCard.Answer(view);
        yield return SlackCard.Details(view);
    }

    /// <summary>Messages in which every text is hostile.</summary>
    private static IEnumerable<JsonObject> HostileMessages()
    {
        foreach (var view in HostileText.Views())
        {
            yield return SlackCard.Answer(view);
            yield return SlackCard.Details(view);
        }
    }

    private static List<RecentAnswer> Recents() =>
        [
            .. HostileText.All.Select(
                (text, i) =>
                    new RecentAnswer(
                        "261125-aaaaaaaaaa",
                        DateTimeOffset.UnixEpoch,
                        "c",
                        text,
                        "config.missing-secret",
                        i % 2 == 0 ? null : new("Pod", "shop", text),
                        "intuitive",
                        i % 3 == 0 ? new("https://fake.slack.com/x") : null
                    )
            ),
        ];

    private static string Words(JsonNode? blocks) =>
        string.Join('\n', Objects(blocks).Select(one => one["text"]).OfType<JsonValue>().Select(text => (string?)text));

    private static IEnumerable<JsonObject> Objects(JsonNode? node) =>
        node switch
        {
            JsonArray array => array.SelectMany(Objects),
            JsonObject map => (map.ContainsKey("type") ? (IEnumerable<JsonObject>)[map] : []).Concat(
                map.SelectMany(one => Objects(one.Value))
            ),
            _ => [],
        };
}
