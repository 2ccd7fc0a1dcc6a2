using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.Redis;
using Microsoft.Extensions.Logging;
using static MetaKube.ChatOps.Slack.SlackBlocks;

namespace MetaKube.ChatOps.Slack;

/// <summary>
/// A reaction on the message while it is worked on, and the agent's status where there is one; the steps as a stream
/// for a person, else in one message that is changed.
/// </summary>
internal sealed class SlackProgress(
    SlackApi api,
    SlackIdentity identity,
    ConversationStore store,
    TimeProvider time,
    ThreadRef thread,
    string work,
    string message,
    string? user,
    ILogger logger
) : ChatProgress(time, logger)
{
    private const string Working = "eyes";

    private const int LongestTitle = 250,
        StepsShown = 12;

    private string? ts;
    private bool isStream,
        hasReaction;
    private int told;

    protected override async Task BeginAsync()
    {
        // Slack lets fewer reactions be taken away than put: where none can be, none is put.
        if (api.TryBegin(SlackMethod.RemoveReaction) && api.TryBegin(SlackMethod.AddReaction))
            hasReaction = await TryAsync(ReactAsync);
        if (user is not null && identity.IsAgent && api.TryBegin(SlackMethod.SetStatus))
            await TryAsync(SetStatusAsync);
    }

    protected override async Task<bool> AppearAsync()
    {
        // A process before this one may have begun to show it.
        ts = await store.ProgressAsync(work, CancellationToken.None);
        if (ts is not null)
            return true;
        if (user is not null && api.TryBegin(SlackMethod.StartStream))
            isStream = await TryAsync(StartStreamAsync);
        if (!isStream)
        {
            if (!api.TryBegin(SlackMethod.PostMessage, thread.Channel))
                return false;
            ts = (await api.CallOnceAsync(SlackMethod.PostMessage, Message(), CancellationToken.None, hasTurn: true))
                .GetProperty("ts")
                .GetString();
        }
        await store.NoteProgressAsync(work, ts!, CancellationToken.None);
        return true;
    }

    protected override async Task ChangeAsync()
    {
        if (isStream && !await TryAsync(AppendAsync))
            isStream = false;
        if (!isStream)
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
            // By a process before this one.
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
                    ["channel_id"] = thread.Channel,
                    ["thread_ts"] = thread.Root,
                    ["status"] = "is looking into it…",
                },
                CancellationToken.None,
                hasTurn: true
            );
        }
        catch (ChatRefusedException)
        {
            // An app that is not declared an agent has no status.
            identity.NoteNoAgent();
        }
    }

    private async Task StartStreamAsync()
    {
        var answer = await api.CallOnceAsync(
            SlackMethod.StartStream,
            new()
            {
                ["channel"] = thread.Channel,
                ["thread_ts"] = thread.Root,
                ["recipient_user_id"] = user,
                ["recipient_team_id"] = identity.Team,
                ["task_display_mode"] = "plan",
                ["chunks"] = Chunks(isEnd: false),
            },
            CancellationToken.None,
            hasTurn: true
        );
        ts = answer.GetProperty("ts").GetString();
    }

    private async Task AppendAsync()
    {
        if (Chunks(isEnd: false) is { Count: > 0 } chunks)
            await api.CallOnceAsync(
                SlackMethod.AppendStream,
                new()
                {
                    ["channel"] = thread.Channel,
                    ["ts"] = ts,
                    ["chunks"] = chunks,
                },
                CancellationToken.None
            );
    }

    private async Task EndStepsAsync(CancellationToken cancellationToken)
    {
        ts ??= await store.ProgressAsync(work, cancellationToken);
        if (ts is null)
            return;
        if (
            isStream
            && await TryAsync(() =>
                api.CallOnceAsync(
                    SlackMethod.StopStream,
                    new()
                    {
                        ["channel"] = thread.Channel,
                        ["ts"] = ts,
                        ["chunks"] = Chunks(isEnd: true),
                    },
                    cancellationToken
                )
            )
        )
            return;
        // The stream of a process that is gone, which Slack may not have ended yet.
        await TryAsync(() =>
            api.CallOnceAsync(
                SlackMethod.StopStream,
                new() { ["channel"] = thread.Channel, ["ts"] = ts },
                cancellationToken
            )
        );
        await api.CallAsync(SlackMethod.Update, Message(isEnd: true), cancellationToken);
    }

    /// <summary>The steps that were not told yet; all but the last are done.</summary>
    private JsonArray Chunks(bool isEnd)
    {
        var steps = Steps;
        var chunks = new JsonArray();
        if (told == 0)
            chunks.Add(new JsonObject { ["type"] = "plan_update", ["title"] = "Looking into it" });
        for (var i = Math.Max(0, told - 1); i < steps.Count; i++)
        {
            var isDone = isEnd || i < steps.Count - 1;
            if (i == told - 1 && !isDone)
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
        told = steps.Count;
        return chunks;
    }

    private JsonObject Message(bool isEnd = false)
    {
        var title = isEnd ? "Looked into it" : "Looking into it…";
        var shown = Steps.TakeLast(StepsShown).Select(step => Section(Text(step))).ToList();
        var arguments = new JsonObject
        {
            ["channel"] = thread.Channel,
            ["text"] = title,
            ["blocks"] = new JsonArray(
                shown.Count == 0 ? RichText(Section(Text(title))) : RichText(Section(Text(title)), List(shown))
            ),
        };
        if (ts is null)
            arguments["thread_ts"] = thread.Root;
        else
            arguments["ts"] = ts;
        return arguments;
    }

    private JsonObject Reaction() =>
        new()
        {
            ["channel"] = thread.Channel,
            ["timestamp"] = message,
            ["name"] = Working,
        };
}
