using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.ChatOps.Conversations;
using MetaKube.Redis;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Teams;

/// <summary>
/// A thread in Teams, or a chat without threads. A bot cannot read its own messages there, and Teams has no
/// idempotency key for posts. A placeholder is therefore posted first and its id stored; the message then replaces the
/// placeholder by an update, which is idempotent.
/// </summary>
internal sealed partial class TeamsThread(
    TeamsApi api,
    TeamsOptions options,
    ConversationStore store,
    TimeProvider time,
    ThreadRef thread,
    ILogger<TeamsThread> logger
) : ChatThread
{
    private (string Work, Func<Task> Settle)? shown;
    private ChatAddress? address;

    public override ThreadRef Ref => thread;

    public override bool IsPrivate => thread.IsWholeChat;

    /// <summary>Teams' id of the thread.</summary>
    private string Conversation => thread.IsWholeChat ? thread.Channel : $"{thread.Channel};messageid={thread.Root}";

    public override ChatProgress Show(string work, string message, string? user)
    {
        var progress = new TeamsProgress(this, work, time, logger);
        shown = (work, progress.SettleAsync);
        return progress.Start();
    }

    public override IReadOnlyList<OutgoingMessage> Messages(AnswerView view) =>
        [new OutgoingMessage.Answer("answer", view)];

    public override async Task<string> PostAsync(
        string work,
        OutgoingMessage message,
        bool mayBeThere,
        CancellationToken cancellationToken
    )
    {
        // No update of the progress may arrive after the message that replaces it.
        if (shown is { } before)
            await before.Settle();
        var slot = (await store.PostedAsync(work, cancellationToken)).Count == 0 ? work : $"{work}/{message.Part}";
        var activity = TeamsCard.Render(message);
        var place = await PlaceAsync(slot, cancellationToken);
        for (var isNew = false; ;)
        {
            if (place is null)
            {
                place = await ReserveAsync(slot, hasTurn: false, cancellationToken);
                isNew = true;
            }
            try
            {
                await PutAsync(place, activity, mayBeThere, cancellationToken);
                return place.Id;
            }
            catch (ChatRefusedException e) when (!isNew && (e.Error == TeamsApi.NotFound || place.IsStream))
            {
                // The placeholder was deleted, or the stream was stopped.
                LogRefused(slot, e.Message);
                place = null;
            }
            catch (ChatRefusedException e) when (e.Error == TeamsApi.Malformed && activity.ContainsKey("attachments"))
            {
                LogRefused(slot, e.Message);
                activity = TeamsCard.Simpler(activity);
            }
        }
    }

    public override Task ChangeAsync(string message, OutgoingMessage content, CancellationToken cancellationToken) =>
        ChangeAsync(new ProgressMessage(message, IsStream: false), TeamsCard.Render(content), cancellationToken);

    /// <summary>Posts the text for everybody: Teams has ephemeral messages in a preview only.</summary>
    public override async Task TellAsync(string user, string text, CancellationToken cancellationToken)
    {
        if (shown is { } before)
            await before.Settle();
        var activity = TeamsCard.Reply(text);
        try
        {
            if (shown is { } progress && await PlaceAsync(progress.Work, cancellationToken) is { } place)
                await PutAsync(place, activity, mayBeThere: false, cancellationToken);
            else
                await PostOnceAsync(activity, hasTurn: false, cancellationToken);
        }
        catch (Exception e) when (e is ChatRefusedException or ChatDoubtException)
        {
            // The message is optional.
            LogRefused("a message for one person", e.Message);
        }
    }

    public override Uri? Address(string message)
    {
        var path =
            "https://teams.microsoft.com/l/message/"
            + $"{Uri.EscapeDataString(thread.Channel)}/{Uri.EscapeDataString(message)}";
        if (thread.IsWholeChat)
            return new($"{path}?context=%7B%22contextType%22%3A%22chat%22%7D");
        var tenant = Uri.EscapeDataString(options.TenantId);
        return new($"{path}?tenantId={tenant}&parentMessageId={Uri.EscapeDataString(thread.Root)}");
    }

    public override Task<byte[]> ReadAsync(SharedFile file, CancellationToken cancellationToken) =>
        api.ReadAsync(file.Address, AttachedFile.Largest, cancellationToken);

    /// <summary>True if this is a chat with one person: only there Teams shows streams.</summary>
    public async Task<bool> IsPersonalAsync(CancellationToken cancellationToken) =>
        (await WhereAsync(cancellationToken)).Kind == "personal";

    public bool TryBegin() => api.TryBegin(Conversation);

    /// <summary>The placeholder of a work item, posted by this process or an earlier one, or null.</summary>
    public Task<ProgressMessage?> PlaceAsync(string slot, CancellationToken cancellationToken) =>
        store.ProgressAsync(slot, cancellationToken);

    /// <summary>Posts a placeholder that an answer will replace.</summary>
    public Task<ProgressMessage> ReserveAsync(string slot, bool hasTurn, CancellationToken cancellationToken) =>
        ReserveAsync(slot, TeamsCard.Working([]), isStream: false, hasTurn, cancellationToken);

    /// <summary>Starts a stream.</summary>
    public Task<ProgressMessage> StreamAsync(string slot, string text, CancellationToken cancellationToken) =>
        ReserveAsync(slot, Informative(text, 1, null), isStream: true, hasTurn: true, cancellationToken);

    /// <summary>Updates a stream.</summary>
    /// <param name="place">The stream.</param>
    /// <param name="text">The text that it shows from now on.</param>
    /// <param name="number">The sequence number, from 2: the start of the stream has 1.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public Task AppendAsync(ProgressMessage place, string text, int number, CancellationToken cancellationToken) =>
        PostOnceAsync(Informative(text, number, place.Id), hasTurn: false, cancellationToken);

    public async Task ChangeAsync(ProgressMessage place, JsonObject activity, CancellationToken cancellationToken) =>
        await api.UpdateAsync(
            (await WhereAsync(cancellationToken)).Service,
            Conversation,
            place.Id,
            activity,
            cancellationToken
        );

    /// <summary>Shows the typing indicator.</summary>
    public Task TypeAsync(CancellationToken cancellationToken) =>
        PostOnceAsync(new() { ["type"] = "typing" }, hasTurn: true, cancellationToken);

    private async Task<ProgressMessage> ReserveAsync(
        string slot,
        JsonObject activity,
        bool isStream,
        bool hasTurn,
        CancellationToken cancellationToken
    )
    {
        string? id;
        try
        {
            id = await PostOnceAsync(activity, hasTurn, cancellationToken);
        }
        catch (ChatDoubtException e)
        {
            throw new ChatUnavailableException(e.Message, inner: e);
        }
        if (id is null)
            throw new ChatRefusedException("no_id", "Teams returned no id for the message.");
        // Not cancellable: a placeholder whose id is not stored would stay in the thread.
        var place = new ProgressMessage(id, isStream);
        await store.NoteProgressAsync(slot, place, CancellationToken.None);
        return place;
    }

    private async Task PutAsync(
        ProgressMessage place,
        JsonObject activity,
        bool mayBeThere,
        CancellationToken cancellationToken
    )
    {
        if (place.IsStream && !mayBeThere)
        {
            var last = (JsonObject)activity.DeepClone();
            if (last["entities"] is not JsonArray entities)
                last["entities"] = entities = [];
            entities.Add(
                new JsonObject
                {
                    ["type"] = "streaminfo",
                    ["streamType"] = "final",
                    ["streamId"] = place.Id,
                }
            );
            try
            {
                await PostOnceAsync(last, hasTurn: false, cancellationToken);
                return;
            }
            catch (Exception e) when (e is ChatDoubtException or ChatRefusedException)
            {
                // The stream expired, or the result is unknown: the update below has the same effect.
                LogRefused("the end of a stream", e.Message);
            }
        }
        await ChangeAsync(place, activity, cancellationToken);
    }

    private async Task<string?> PostOnceAsync(JsonObject activity, bool hasTurn, CancellationToken cancellationToken)
    {
        // Teams ignores it; the Playground needs it to show a message as a reply.
        if (!thread.IsWholeChat)
            activity["replyToId"] = thread.Root;
        return await api.PostAsync(
            (await WhereAsync(cancellationToken)).Service,
            Conversation,
            activity,
            cancellationToken,
            hasTurn
        );
    }

    private async Task<ChatAddress> WhereAsync(CancellationToken cancellationToken) =>
        address ??=
            await store.AddressAsync(thread.Platform, thread.Channel, cancellationToken) ?? new(options.ServiceUrl, "");

    private static JsonObject Informative(string text, int number, string? stream)
    {
        var info = new JsonObject
        {
            ["type"] = "streaminfo",
            ["streamType"] = "informative",
            ["streamSequence"] = number,
        };
        if (stream is not null)
            info["streamId"] = stream;
        return new()
        {
            ["type"] = "typing",
            ["text"] = ChatText.Cut(text, 900),
            ["textFormat"] = "plain",
            ["entities"] = new JsonArray(info),
        };
    }

    [LoggerMessage(LogLevel.Warning, "{What} is refused: {Why}")]
    private partial void LogRefused(string what, string why);
}
