using System;
using System.Globalization;
using System.Text.Json;
using MetaKube.Chat;
using MetaKube.ChatOps.Conversations;
using MetaKube.Cluster.Redaction;
using MetaKube.Memory;
using static MetaKube.Chat.ChatJson;

namespace MetaKube.ChatOps.Teams;

/// <summary>Reads Teams' activities into work items, and ignores those that need no work.</summary>
internal static class TeamsEvents
{
    /// <summary>The platform's name in thread references and ids.</summary>
    public const string Platform = "teams";

    private const int LongestText = 40_000,
        MostFiles = 20,
        LongestName = 100;

    /// <summary>
    /// The thread of an activity: in a channel the thread of a message, elsewhere the whole chat; null where the
    /// activity belongs to neither.
    /// </summary>
    public static ThreadRef? ThreadOf(JsonElement activity)
    {
        var conversation = Below(activity, "conversation");
        return Text(conversation, "id").Split(";messageid=") switch
        {
            [{ Length: > 0 } channel, var root] => new(Platform, channel, root),
            [{ Length: > 0 } chat] when Text(conversation, "conversationType") != "channel" => new(Platform, chat, ""),
            _ => null,
        };
    }

    /// <summary>Reads an activity that is no invoke.</summary>
    public static IEnumerable<WorkItem> Read(JsonElement activity, DateTimeOffset now)
    {
        var user = UserOf(activity);
        if (user.Length == 0 || ThreadOf(activity) is not { } thread)
            return [];
        return Text(activity, "type") switch
        {
            "message" when Message(activity, thread, user, now) is { } question => [question],
            "messageReaction" => Reactions(activity, thread, user, now),
            "installationUpdate" when Text(activity, "action") == "add" && IsPersonal(activity) =>
            [
                Question(activity, thread, user, now, "help", isAddressed: true),
            ],
            _ => [],
        };
    }

    /// <summary>The sender's id in Entra, or in Teams where the activity has none. Names are not unique.</summary>
    public static string UserOf(JsonElement activity)
    {
        var from = Below(activity, "from");
        return Text(from, "aadObjectId") is { Length: > 0 } known ? known : Text(from, "id");
    }

    /// <summary>Reads a click on a button of one of the bot's cards, or returns null.</summary>
    /// <param name="activity">The invoke.</param>
    /// <param name="verb">The button's verb.</param>
    /// <param name="now">The time, used where the activity has no timestamp.</param>
    public static WorkItem? Click(JsonElement activity, string verb, DateTimeOffset now)
    {
        var data = Below(Below(Below(activity, "value"), "action"), "data");
        var investigation = Text(data, TeamsCard.Investigation);
        if (
            ThreadOf(activity) is not { } thread
            || UserOf(activity) is not { Length: > 0 } user
            || investigation.Length is 0 or > ButtonClick.LongestValue
        )
            return null;
        var (id, at) = (IdOf(activity), At(activity, now));
        if (verb != CardVerb.WhatFixedIt)
            return Thanked(
                new ButtonClick
                {
                    Id = id,
                    At = at,
                    Thread = thread,
                    Message = Text(activity, "replyToId"),
                    User = user,
                    UserName = NameOf(activity),
                    Verb = verb,
                    Value = investigation,
                }.ToWorkItem()
            );
        var given = Form(data)?.ToWorkItem(id, at, thread, user, investigation);
        return given is null ? null : Thanked(given with { UserName = NameOf(activity) });
    }

    private static string NameOf(JsonElement activity) => Text(Below(activity, "from"), "name");

    /// <summary>The form "What fixed it?" as it was sent; null where it is empty.</summary>
    private static FeedbackForm? Form(JsonElement data)
    {
        var (what, cause) = (Text(data, TeamsCard.What).Trim(), Text(data, TeamsCard.Cause).Trim());
        var words = Text(data, TeamsCard.Words).Trim();
        return what.Length + cause.Length + words.Length == 0
            ? null
            : new(new Redactor().Clean(what), cause, new Redactor().Clean(words));
    }

    /// <summary>Reads a click on Teams' own feedback buttons, or returns null.</summary>
    public static WorkItem? Feedback(JsonElement activity, DateTimeOffset now)
    {
        var value = Below(Below(activity, "value"), "actionValue");
        if (
            ThreadOf(activity) is not { } thread
            || UserOf(activity) is not { Length: > 0 } user
            || Text(value, "reaction") is var reaction && reaction is not ("like" or "dislike")
        )
            return null;
        return new WorkItem.FeedbackGiven
        {
            Id = IdOf(activity),
            At = At(activity, now),
            Thread = thread,
            User = user,
            UserName = NameOf(activity),
            Message = Text(activity, "replyToId"),
            IsThanked = true,
            Verdict = reaction == "like" ? FeedbackKind.Helpful : FeedbackKind.Unhelpful,
            Comment = CommentOf(Text(value, "feedback")),
        };
    }

    /// <summary>The name of a reaction. An emoji's type is a code point with a name: 1f44d_thumbsup.</summary>
    public static string ReactionOf(string type) => type.Split('_')[0].ToLowerInvariant();

    private static WorkItem.Mention? Message(JsonElement activity, ThreadRef thread, string user, DateTimeOffset now)
    {
        // Messages of other bots and submitted cards are no questions.
        if (
            Text(Below(activity, "from"), "id").StartsWith("28:", StringComparison.Ordinal)
            || Text(Below(activity, "from"), "role") == "bot"
            || Below(activity, "value").ValueKind == JsonValueKind.Object
        )
            return null;
        var isAddressed = IsPersonal(activity) || TeamsText.MentionsUs(activity);
        var text = MentionEvidence.RedactedAround(ChatText.Cut(TeamsText.Plain(activity), LongestText));
        // With the permission to read channels every message arrives here. In a chat without threads a message that
        // does not mention the bot cannot be attributed to a case.
        if (
            !isAddressed
            && (thread.IsWholeChat || thread.Root == Text(activity, "id") || !IntentReader.MayBeForUs(text))
        )
            return null;
        return Question(activity, thread, user, now, text, isAddressed) with { Files = Files(activity) };
    }

    private static WorkItem.Mention Question(
        JsonElement activity,
        ThreadRef thread,
        string user,
        DateTimeOffset now,
        string text,
        bool isAddressed
    ) =>
        new()
        {
            Id = IdOf(activity),
            At = At(activity, now),
            Thread = thread,
            Message = Text(activity, "id"),
            User = user,
            UserName = NameOf(activity),
            Text = text,
            IsAddressed = isAddressed,
        };

    private static IEnumerable<WorkItem> Reactions(
        JsonElement activity,
        ThreadRef thread,
        string user,
        DateTimeOffset now
    )
    {
        var at = At(activity, now);
        foreach (var (list, isAdded) in ((string, bool)[])[("reactionsAdded", true), ("reactionsRemoved", false)])
            foreach (var reaction in Each(activity, list))
                yield return new WorkItem.Reaction
                {
                    Id = $"{IdOf(activity)}:{Text(activity, "replyToId")}:{user}:{Text(reaction, "type")}:{isAdded}",
                    At = at,
                    Platform = Platform,
                    Channel = thread.Channel,
                    Message = Text(activity, "replyToId"),
                    User = user,
                    Name = ReactionOf(Text(reaction, "type")),
                    IsAdded = isAdded,
                    Order = at.ToUnixTimeMilliseconds() / 1000.0,
                };
    }

    private static WorkItem? Thanked(WorkItem? work) =>
        work is WorkItem.FeedbackGiven opinion ? opinion with { IsThanked = true } : work;

    private static bool IsPersonal(JsonElement activity) =>
        Text(Below(activity, "conversation"), "conversationType") == "personal";

    /// <summary>The deduplication key. Teams redelivers an activity that was not answered in time with the same
    /// id.</summary>
    private static string IdOf(JsonElement activity) =>
        $"{Platform}:{Text(Below(activity, "conversation"), "id")}:{Text(activity, "id")}";

    private static DateTimeOffset At(JsonElement activity, DateTimeOffset now) =>
        DateTimeOffset.TryParse(
            Text(activity, "timestamp"),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var at
        )
            ? at
            : now;

    /// <summary>The comment of Teams' feedback buttons, which is JSON inside a JSON string.</summary>
    private static string? CommentOf(string feedback)
    {
        try
        {
            return
                feedback.Length > 0 && Text(JsonElement.Parse(feedback), "feedbackText").Trim() is { Length: > 0 } words
                ? new Redactor().Clean(words)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static List<SharedFile> Files(JsonElement activity) =>
        [
            .. Each(activity, "attachments")
                .Where(one => Text(one, "contentType") == "application/vnd.microsoft.teams.file.download.info")
                .Select(one =>
                    (
                        Name: ChatText.Cut(Text(one, "name"), LongestName),
                        Id: Text(Below(one, "content"), "uniqueId"),
                        Address: Uri.TryCreate(
                            Text(Below(one, "content"), "downloadUrl"),
                            UriKind.Absolute,
                            out var address
                        )
                            ? address
                            : null
                    )
                )
                .Where(file => file.Address is not null)
                .Take(MostFiles)
                .Select(file => new SharedFile(file.Id, file.Name, file.Address!, 0)),
            .. Each(activity, "attachments").Select(PictureOf).OfType<SharedFile>().Take(1),
        ];

    /// <summary>A picture that stands in the message itself; it is not read.</summary>
    private static SharedFile? PictureOf(JsonElement attachment) =>
        Text(attachment, "contentType").StartsWith("image/", StringComparison.Ordinal)
        && Uri.TryCreate(Text(attachment, "contentUrl"), UriKind.Absolute, out var address)
            ? new("", "picture.png", address, 0)
            : null;
}
