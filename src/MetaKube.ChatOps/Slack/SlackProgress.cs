using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.Redis;
using Microsoft.Extensions.Logging;
using static MetaKube.ChatOps.Slack.SlackBlocks;

namespace MetaKube.ChatOps.Slack;

/// <summary>
/// Shows progress by a reaction on the question, by the assistant's status where the app has one, and by the steps: in
/// a stream for a person, otherwise in one message that is updated.
/// </summary>
internal sealed class SlackProgress(
    SlackApi api,
    SlackIdentity identity,
    ConversationStore store,
    TimeProvider time,
    SlackProgress.Subject subject,
    ILogger logger
) : ChatProgress(time, logger)
{
    /// <summary>A work item whose progress is shown.</summary>
    /// <param name="Thread">The thread in which it is shown.</param>
    /// <param name="Work">The id of the work item.</param>
    /// <param name="Message">The id of the message that the work item answers.</param>
    /// <param name="User">The person who waits for the answer, or null.</param>
    internal sealed record Subject(ThreadRef Thread, string Work, string Message, string? User);

    private const string Working = "eyes";

    private const int LongestTitle = 250,
        StepsShown = 12;

    private ProgressMessage? shown;

    /// <summary>True if this process may append to the stream; a stream of another process is only ended.</summary>
    private bool isAppending,
        hasReaction;

    private int reported;

    protected override async Task BeginAsync()
    {
        // Slack's limit for removing reactions is lower than that for adding them: one that could not be removed is not
        // added.
        if (api.TryBegin(SlackMethod.RemoveReaction) && api.TryBegin(SlackMethod.AddReaction))
            hasReaction = await TryAsync(ReactAsync);
        if (subject.User is not null && identity.IsAgent && api.TryBegin(SlackMethod.SetStatus))
            await TryAsync(SetStatusAsync);
    }

    protected override async Task<bool> AppearAsync()
    {
        // An earlier process may have shown steps of this work item.
        shown = await store.ProgressAsync(subject.Work, CancellationToken.None);
        if (shown is not null)
            return true;
        if (subject.User is not null && api.TryBegin(SlackMethod.StartStream))
            isAppending = await TryAsync(StartStreamAsync);
        if (!isAppending)
        {
            if (!api.TryBegin(SlackMethod.PostMessage, subject.Thread.Channel))
                return false;
            var posted = await api.CallOnceAsync(
                SlackMethod.PostMessage,
                Message(),
                CancellationToken.None,
                hasTurn: true
            );
            shown = new(posted.GetProperty("ts").GetString()!, IsStream: false);
        }
        await store.NoteProgressAsync(subject.Work, shown!, CancellationToken.None);
        return true;
    }

    protected override async Task ChangeAsync()
    {
        if (isAppending && !await TryAsync(AppendAsync))
            isAppending = false;
        if (!isAppending)
            await api.CallAsync(SlackMethod.Update, Message(), CancellationToken.None);
    }

    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        await TryAsync(() => EndStepsAsync(cancellationToken));
        if (hasReaction)
            await TryAsync(() =>
                api.CallAsync(SlackMethod.RemoveReaction, Reaction(), cancellationToken, hasTurn: true)
            );
    }

    private async Task ReactAsync()
    {
        try
        {
            await api.CallAsync(SlackMethod.AddReaction, Reaction(), CancellationToken.None, hasTurn: true);
        }
        catch (ChatRefusedException e) when (e.Error == "already_reacted")
        {
            // An earlier process added it.
        }
    }

    private async Task SetStatusAsync()
    {
        try
        {
            await api.CallAsync(
                SlackMethod.SetStatus,
                new()
                {
                    ["channel_id"] = subject.Thread.Channel,
                    ["thread_ts"] = subject.Thread.Root,
                    ["status"] = "is investigating…",
                },
                CancellationToken.None,
                hasTurn: true
            );
        }
        catch (ChatRefusedException)
        {
            // Only apps with Slack's agent feature have a status.
            identity.NoteNoAgent();
        }
    }

    private async Task StartStreamAsync()
    {
        var answer = await api.CallOnceAsync(
            SlackMethod.StartStream,
            new()
            {
                ["channel"] = subject.Thread.Channel,
                ["thread_ts"] = subject.Thread.Root,
                ["recipient_user_id"] = subject.User,
                ["recipient_team_id"] = identity.Team,
                ["task_display_mode"] = "plan",
                ["chunks"] = Chunks(isEnd: false),
            },
            CancellationToken.None,
            hasTurn: true
        );
        shown = new(answer.GetProperty("ts").GetString()!, IsStream: true);
    }

    private async Task AppendAsync()
    {
        if (Chunks(isEnd: false) is { Count: > 0 } chunks)
            await api.CallOnceAsync(
                SlackMethod.AppendStream,
                new()
                {
                    ["channel"] = subject.Thread.Channel,
                    ["ts"] = shown!.Id,
                    ["chunks"] = chunks,
                },
                CancellationToken.None
            );
    }

    private async Task EndStepsAsync(CancellationToken cancellationToken)
    {
        shown ??= await store.ProgressAsync(subject.Work, cancellationToken);
        if (shown is null)
            return;
        if (
            isAppending
            && await TryAsync(() =>
                api.CallOnceAsync(
                    SlackMethod.StopStream,
                    new()
                    {
                        ["channel"] = subject.Thread.Channel,
                        ["ts"] = shown!.Id,
                        ["chunks"] = Chunks(isEnd: true),
                    },
                    cancellationToken
                )
            )
        )
            return;
        // Slack may not have ended the stream of an earlier process yet, and does not update open streams.
        if (shown.IsStream)
            await TryAsync(() =>
                api.CallOnceAsync(
                    SlackMethod.StopStream,
                    new() { ["channel"] = subject.Thread.Channel, ["ts"] = shown.Id },
                    cancellationToken
                )
            );
        await api.CallAsync(SlackMethod.Update, Message(isEnd: true), cancellationToken);
    }

    /// <summary>The steps that were not reported yet; all but the last are complete.</summary>
    private JsonArray Chunks(bool isEnd)
    {
        var steps = Steps;
        var chunks = new JsonArray();
        if (reported == 0)
            chunks.Add(new JsonObject { ["type"] = "plan_update", ["title"] = "Investigating" });
        for (var i = Math.Max(0, reported - 1); i < steps.Count; i++)
        {
            var isDone = isEnd || i < steps.Count - 1;
            if (i == reported - 1 && !isDone)
                continue;
            chunks.Add(
                new JsonObject
                {
                    ["type"] = "task_update",
                    ["id"] = $"step-{i}",
                    ["title"] = ChatText.Cut(steps[i], LongestTitle),
                    ["status"] = isDone ? "complete" : "in_progress",
                }
            );
        }
        reported = steps.Count;
        return chunks;
    }

    private JsonObject Message(bool isEnd = false)
    {
        var title = isEnd ? "Investigated" : "Investigating…";
        var steps = Steps.TakeLast(StepsShown).Select(step => Section(Text(step))).ToList();
        var arguments = new JsonObject
        {
            ["channel"] = subject.Thread.Channel,
            ["text"] = title,
            ["blocks"] = new JsonArray(
                steps.Count == 0 ? RichText(Section(Text(title))) : RichText(Section(Text(title)), List(steps))
            ),
        };
        if (shown is null)
            arguments["thread_ts"] = subject.Thread.Root;
        else
            arguments["ts"] = shown.Id;
        return arguments;
    }

    private JsonObject Reaction() =>
        new()
        {
            ["channel"] = subject.Thread.Channel,
            ["timestamp"] = subject.Message,
            ["name"] = Working,
        };
}
