using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.Redis;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Teams;

/// <summary>
/// A thread in Teams, or a whole chat where there are no threads. A bot cannot read there what it has written, and
/// Teams knows no key by which it would take a message once only.
/// Therefore a message that says nothing yet is posted first, and what is to be said is put in its place: that may
/// happen twice, and the answer stands once.
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
    private const int LargestFile = 4 * 1024 * 1024;

    private (string Work, Func<Task> Settle)? shown;
    private ChatAddress? address;

    public override ThreadRef Ref => thread;

    /// <summary>The id by which Teams finds the thread.</summary>
    private string Conversation => thread.IsWholeChat ? thread.Channel : $"{thread.Channel};messageid={thread.Root}";

    public override ChatProgress Show(string work, string message, string? user)
    {
        var progress = new TeamsProgress(this, work, time, logger);
        shown = (work, progress.SettleAsync);
        return progress.Start();
    }

    public override IReadOnlyList<OutgoingMessage> Render(AnswerView view) =>
        [new("answer", TeamsApi.Serialize(TeamsCard.Answer(view)))];

    public override OutgoingMessage Render(
        string reply,
        string? verbatim = null,
        Uri? link = null,
        CardButtons? buttons = null
    ) => new("reply", TeamsApi.Serialize(TeamsCard.Reply(reply, verbatim, link, buttons)));

    public override async Task<string> PostAsync(
        string work,
        OutgoingMessage message,
        bool mayBeThere,
        CancellationToken cancellationToken
    )
    {
        // Nothing of the progress may arrive after the answer that stands in its place.
        if (shown is { } before)
            await before.Settle();
        var slot = (await store.PostedAsync(work, cancellationToken)).Count == 0 ? work : $"{work}/{message.Part}";
        var activity = (JsonObject)JsonNode.Parse(message.Payload)!;
        var place = await PlaceAsync(slot, cancellationToken);
        for (var isNew = false; ; )
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
                // Somebody deleted it, or the stream was stopped.
                LogRefused(slot, e.Message);
                place = null;
            }
            catch (ChatRefusedException e) when (e.Error == TeamsApi.Malformed && activity.ContainsKey("attachments"))
            {
                LogRefused(slot, e.Message);
                // First without what only marks it, then in plain words.
                var wasMarked = activity.Remove("entities") | activity.Remove("channelData");
                if (!wasMarked)
                    activity = TeamsCard.Bare(activity);
            }
        }
    }

    /// <summary>Said to all: messages that one person alone sees are a preview in Teams.</summary>
    public override async Task TellAsync(string user, string text, CancellationToken cancellationToken)
    {
        if (shown is { } before)
            await before.Settle();
        var said = TeamsCard.Reply(text);
        try
        {
            if (shown is { } progress && await PlaceAsync(progress.Work, cancellationToken) is { } place)
                await PutAsync(place, said, mayBeThere: false, cancellationToken);
            else
                await PostOnceAsync(said, hasTurn: false, cancellationToken);
        }
        catch (Exception e) when (e is ChatRefusedException or ChatDoubtException)
        {
            // It was said for courtesy.
            LogRefused("a word to one person", e.Message);
        }
    }

    public override Uri? Address(string message) =>
        thread.IsWholeChat
            ? new(
                $"https://teams.microsoft.com/l/message/{Uri.EscapeDataString(thread.Channel)}/{Uri.EscapeDataString(message)}?context=%7B%22contextType%22%3A%22chat%22%7D"
            )
            : new(
                $"https://teams.microsoft.com/l/message/{Uri.EscapeDataString(thread.Channel)}/{Uri.EscapeDataString(message)}?tenantId={Uri.EscapeDataString(options.TenantId)}&parentMessageId={Uri.EscapeDataString(thread.Root)}"
            );

    public override Task<string> ReadAsync(SharedFile file, CancellationToken cancellationToken) =>
        api.ReadAsync(file.Address, LargestFile, cancellationToken);

    /// <summary>A message of ours in whose place something is put later.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="IsStream">It is a stream that was not ended yet, as far as this process knows.</param>
    public sealed record Place(string Id, bool IsStream);

    /// <summary>Whether it is a chat with one person, in which Teams shows streams.</summary>
    public async Task<bool> IsPersonalAsync(CancellationToken cancellationToken) =>
        (await WhereAsync(cancellationToken)).Kind == "personal";

    public bool TryBegin() => api.TryBegin(Conversation);

    /// <summary>The place that was reserved for a piece of work, by this process or one before it.</summary>
    public async Task<Place?> PlaceAsync(string slot, CancellationToken cancellationToken) =>
        await store.ProgressAsync(slot, cancellationToken) switch
        {
            null => null,
            ['~', .. var id] => new(id, IsStream: true),
            var id => new(id, IsStream: false),
        };

    /// <summary>Posts what stands there until the answer does.</summary>
    public Task<Place> ReserveAsync(string slot, bool hasTurn, CancellationToken cancellationToken) =>
        ReserveAsync(slot, TeamsCard.Working([]), isStream: false, hasTurn, cancellationToken);

    /// <summary>Begins a stream.</summary>
    public Task<Place> StreamAsync(string slot, string text, CancellationToken cancellationToken) =>
        ReserveAsync(slot, Informative(text, 1, null), isStream: true, hasTurn: true, cancellationToken);

    /// <summary>Goes on with a stream.</summary>
    public Task GoOnAsync(Place place, string text, int number, CancellationToken cancellationToken) =>
        PostOnceAsync(Informative(text, number, place.Id), hasTurn: false, cancellationToken);

    public async Task ChangeAsync(Place place, JsonObject activity, CancellationToken cancellationToken) =>
        await api.UpdateAsync(
            (await WhereAsync(cancellationToken)).Service,
            Conversation,
            place.Id,
            activity,
            cancellationToken
        );

    /// <summary>Shows for a moment that somebody is at it.</summary>
    public Task TypeAsync(CancellationToken cancellationToken) =>
        PostOnceAsync(new() { ["type"] = "typing" }, hasTurn: true, cancellationToken);

    private async Task<Place> ReserveAsync(
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
            throw new ChatRefusedException("no_id", "Teams names no id of the message that it took.");
        // Not to be cut off: what stands there and is not noted stays behind.
        await store.NoteProgressAsync(slot, isStream ? $"~{id}" : id, CancellationToken.None);
        return new(id, isStream);
    }

    private async Task PutAsync(Place place, JsonObject activity, bool mayBeThere, CancellationToken cancellationToken)
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
                // It took too long for a stream, or nobody knows: put in its place it says the same.
                LogRefused("the end of a stream", e.Message);
            }
        }
        await ChangeAsync(place, activity, cancellationToken);
    }

    private async Task<string?> PostOnceAsync(JsonObject activity, bool hasTurn, CancellationToken cancellationToken)
    {
        // Teams goes by the conversation; the Playground's page shows replies by this.
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
