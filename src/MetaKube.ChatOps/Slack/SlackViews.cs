using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.Faults;
using static MetaKube.ChatOps.Slack.SlackBlocks;

namespace MetaKube.ChatOps.Slack;

/// <summary>Renders the form "What fixed it?" and the app's home tab.</summary>
internal static class SlackViews
{
    public static readonly string WhatFixedIt = SlackCard.Action(CardVerb.WhatFixedIt);

    private const string WhatBlock = "what",
        CauseBlock = "cause",
        WordsBlock = "words",
        Value = "value";

    private const int LongestOption = 75,
        LongestWhat = 500;

    public static JsonObject Form(string investigation, ThreadRef thread) =>
        new()
        {
            ["type"] = "modal",
            ["callback_id"] = WhatFixedIt,
            ["title"] = Plain("What fixed it?", 24),
            ["submit"] = Plain("Save", 24),
            ["close"] = Plain("Cancel", 24),
            ["private_metadata"] = Subject(investigation, thread),
            ["blocks"] = new JsonArray(
                Input(
                    WhatBlock,
                    "What did you do?",
                    Words(LongestWhat, "created the Secret db-credentials and restarted", isLong: true)
                ),
                Input(
                    CauseBlock,
                    "The actual cause, if the answer named another",
                    new()
                    {
                        ["type"] = "static_select",
                        ["action_id"] = Value,
                        ["placeholder"] = Plain("as in the answer", 150),
                        ["option_groups"] = new JsonArray([
                            .. FaultCatalogue.All.GroupBy(fault => fault.Category).Select(OptionGroup),
                        ]),
                    }
                ),
                Input(
                    WordsBlock,
                    "Or the cause in your words",
                    Words(CauseStatement.LongestWords, "the old pod still held the lock of the ledger", isLong: false)
                )
            ),
        };

    private static string Subject(string investigation, ThreadRef thread) =>
        new JsonObject
        {
            ["investigation"] = investigation,
            ["channel"] = thread.Channel,
            ["root"] = thread.Root,
        }.ToJsonString();

    private static JsonObject Input(string block, string label, JsonObject element) =>
        new()
        {
            ["type"] = "input",
            ["block_id"] = block,
            ["optional"] = true,
            ["label"] = Plain(label, 2000),
            ["element"] = element,
        };

    private static JsonObject Words(int most, string example, bool isLong) =>
        new()
        {
            ["type"] = "plain_text_input",
            ["action_id"] = Value,
            ["multiline"] = isLong,
            ["max_length"] = most,
            ["placeholder"] = Plain(example, 150),
        };

    private static JsonObject OptionGroup(IGrouping<FaultCategory, Fault> faults) =>
        new()
        {
            ["label"] = Plain(faults.Key.ToString(), LongestOption),
            ["options"] = new JsonArray([
                .. faults.Select(fault => new JsonObject
                {
                    ["text"] = Plain(fault.Title, LongestOption),
                    ["value"] = fault.Code,
                }),
            ]),
        };

    /// <summary>Reads a submitted form: the feedback, or the response that asks for missing input.</summary>
    public static (WorkItem.FeedbackGiven? Opinion, JsonObject? Answer) Read(JsonElement payload, DateTimeOffset now)
    {
        var view = payload.GetProperty("view");
        JsonElement about;
        try
        {
            about = JsonElement.Parse(ChatJson.Text(view, "private_metadata"));
        }
        catch (JsonException)
        {
            return (null, null);
        }
        if (FormOf(view.GetProperty("state").GetProperty("values")) is not { } form)
            return (null, Missing());
        var person = payload.GetProperty("user");
        var given = form.ToWorkItem(
            $"{SlackEvents.Platform}:form:{ChatJson.Text(view, "id")}",
            now,
            new(SlackEvents.Platform, ChatJson.Text(about, "channel"), ChatJson.Text(about, "root")),
            ChatJson.Text(person, "id"),
            ChatJson.Text(about, "investigation")
        );
        return (given is null ? null : given with { UserName = NameOf(person) }, null);
    }

    /// <summary>The form as it was filled in; null where it is empty.</summary>
    private static FeedbackForm? FormOf(JsonElement values)
    {
        var what = ChatJson.Text(Field(values, WhatBlock), "value").Trim();
        var cause = ChatJson.Text(ChatJson.Below(Field(values, CauseBlock), "selected_option"), "value");
        var words = ChatJson.Text(Field(values, WordsBlock), "value").Trim();
        return what.Length + cause.Length + words.Length == 0 ? null : new(what, cause, words);
    }

    private static JsonObject Missing() =>
        new()
        {
            ["response_action"] = "errors",
            ["errors"] = new JsonObject { [WhatBlock] = "Say what you did, or name the cause." },
        };

    /// <summary>The name of a person in an interaction.</summary>
    public static string NameOf(JsonElement person) =>
        ChatJson.Text(person, "name") is { Length: > 0 } name ? name : ChatJson.Text(person, "username");

    private static JsonElement Field(JsonElement values, string block) =>
        ChatJson.Below(ChatJson.Below(values, block), Value);

    public static JsonObject Home(IReadOnlyList<RecentAnswer> recent, string memory)
    {
        var blocks = new JsonArray(
            Header("MetaKube"),
            RichText(
                Section(
                    Text(
                        "Mention me in a channel, or write to me: \"why is checkout crashing\". "
                            + "I only read the cluster; a change needs an approval."
                    )
                )
            ),
            RichText(Section(Bold("Memory"), Text($"\n{memory}"))),
            RichText(Section(Bold("Last investigations")))
        );
        if (recent.Count == 0)
            blocks.Add(RichText(Section(Text("None yet."))));
        foreach (var answer in recent)
        {
            var about = answer.Resource?.ToString() ?? answer.Question;
            var verdict = $"{about}: {AnswerWording.Fault(answer.Fault)}";
            var at = answer.At.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
            var title = answer.Address is null ? Text(verdict) : Link(answer.Address, verdict);
            blocks.Add(RichText(Section(title, Text($" · {at} UTC · {answer.Pathway} · {answer.Fault}"))));
        }
        return new() { ["type"] = "home", ["blocks"] = blocks };
    }
}
