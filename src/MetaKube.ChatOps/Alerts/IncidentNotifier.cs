using MetaKube.Chat;
using MetaKube.ChatOps.Conversations;
using MetaKube.ChatOps.Posting;
using MetaKube.Redis;

namespace MetaKube.ChatOps.Alerts;

/// <summary>Posts the state of an incident in one channel.</summary>
internal sealed class IncidentNotifier(
    IncidentStore store,
    ConversationStore conversations,
    Delivery delivery,
    IEnumerable<ChatPlatform> platforms,
    AlertsOptions options,
    TimeProvider time
)
{
    private const int MostChanges = 5;

    private static readonly TimeSpan BudgetTime = TimeSpan.FromMinutes(10),
        StormLife = TimeSpan.FromMinutes(30),
        Starting = TimeSpan.FromMinutes(1),
        StartingRetry = TimeSpan.FromSeconds(1);

    /// <summary>The id under which a channel's answer to an incident is decided.</summary>
    public static string AnswerOf(string incident, ThreadRef channel) =>
        $"incident:{incident}:{channel.Platform}:{channel.Channel}";

    /// <summary>Posts the updates of an incident that one channel has not got yet; a repeated call posts nothing
    /// twice.</summary>
    public async Task NotifyAsync(WorkItem.IncidentUpdate update, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(update.Incident, cancellationToken) is not { } incident)
            return;
        var channel = update.Channel;
        var platform = platforms.First(one => one.Name == channel.Platform);
        var permission = Permission.Of(platform.Rules, channel.Channel, null);
        if (!permission.IsAny)
            return;
        var size = await store.SizeAsync(incident.Id, cancellationToken);
        var state =
            await store.ThreadAsync(incident.Id, channel, cancellationToken)
            ?? await StartAsync(incident, size, channel, platform, cancellationToken);
        var chat = platform.Open(state.Thread);
        var silenced = await SilencedAsync(incident, state, cancellationToken);
        if (!channel.IsWholeChat && channel != state.Thread)
        {
            if (silenced is null)
                await PostLinkAsync(update, chat.Address(state.Thread.Root), platform.Open(channel), cancellationToken);
            return;
        }
        // The alert was sent to this channel. The diagnosis is for channels that may ask about its namespace.
        var mayKnow = incident.Namespace is null || permission.Allows(incident.Cluster ?? "", incident.Namespace);
        var post = new Post(incident, size, channel, chat, mayKnow) { Silenced = silenced };
        state = await PostAnswerAsync(post, state, cancellationToken);
        state = await PostReopenedAsync(post, state, cancellationToken);
        state = await PostResolvedAsync(post, state, cancellationToken);
        // Editing the first message notifies nobody; it is for people who look at the channel.
        if (state.IsOurs && Head(incident, size, mayKnow) is var head && head != state.Head)
        {
            await platform.ChangeAsync(state.Thread, head, incident.ResolvedAt is not null, cancellationToken);
            await SaveAsync(post, state with { Head = head }, cancellationToken);
        }
    }

    /// <summary>The record of a thread in which a person silenced the incident for now; null if none did.</summary>
    private async Task<ThreadRecord?> SilencedAsync(
        Incident incident,
        IncidentThread state,
        CancellationToken cancellationToken
    )
    {
        // Each incident of a storm has only a line in the thread, which nobody silences for all of them.
        if (incident.IsCritical || state.IsLine)
            return null;
        var record = await conversations.ThreadAsync(state.Thread, cancellationToken);
        return record?.SilencedUntil > time.GetUtcNow() ? record : null;
    }

    /// <summary>Links from a message about the same cause to the thread of the incident.</summary>
    private async Task PostLinkAsync(
        WorkItem.IncidentUpdate update,
        Uri? address,
        ChatThread chat,
        CancellationToken cancellationToken
    )
    {
        if (address is null)
            return;
        var reply = new OutgoingMessage.Reply(
            "It still fires, or has the same cause as another alert; the answer is here:",
            Link: address
        );
        await ReplyAsync(update.Id, reply, chat, cancellationToken);
    }

    private async Task<IncidentThread> PostAnswerAsync(
        Post post,
        IncidentThread state,
        CancellationToken cancellationToken
    )
    {
        if (state.IsAnswered)
            return state;
        if (state.IsLine)
        {
            if (post.Incident.Verdict is not { } verdict)
                return state;
            var line = $"{post.Incident.Title} → {(post.MayKnow ? verdict : "not for this channel")}";
            await ReplyAsync($"{post.Name}:line", new OutgoingMessage.Reply(line), post.Chat, cancellationToken);
            return await SaveAsync(post, state with { IsAnswered = true }, cancellationToken);
        }
        // A channel that was added later gets its answer once the coordinator has decided it.
        if (await conversations.OutboxAsync(post.Name, cancellationToken) is not { } answer)
            return state;
        await delivery.PostAsync(post.Name, answer, post.Chat, mayBeThere: true, cancellationToken);
        state = await SaveAsync(post, state with { IsAnswered = true }, cancellationToken);
        await conversations.CloseAsync(post.Name, cancellationToken);
        return state;
    }

    private async Task<IncidentThread> PostReopenedAsync(
        Post post,
        IncidentThread state,
        CancellationToken cancellationToken
    )
    {
        var reopened = post.Incident.Reopened;
        if (state.Reopened >= reopened)
            return state;
        if (post.Silenced is not null)
            return await SaveAsync(post, state with { Reopened = reopened }, cancellationToken);
        var reply = new OutgoingMessage.Reply($"{(state.IsLine ? $"{post.Incident.Title}: it" : "It")} fires again.");
        await ReplyAsync($"{post.Name}:again-{reopened}", reply, post.Chat, cancellationToken);
        return await SaveAsync(post, state with { Reopened = reopened }, cancellationToken);
    }

    private async Task<IncidentThread> PostResolvedAsync(
        Post post,
        IncidentThread state,
        CancellationToken cancellationToken
    )
    {
        var incident = post.Incident;
        if (
            incident.ResolvedAt is not { } resolved
            || state.Resolved > incident.Reopened
            || !state.IsAnswered && incident.Verdict is null
        )
            return state;
        var text =
            (state.IsLine ? $"{incident.Title}: resolved" : "Resolved")
            + $" after {InWords(resolved - incident.Since)}"
            + (state.IsLine ? "." : $", {Of(post.Size)}.")
            + (post.MayKnow ? Ending(incident) : "");
        await ReplyAsync(
            $"{post.Name}:resolved-{incident.Reopened}",
            new OutgoingMessage.Reply(text),
            post.Chat,
            cancellationToken
        );
        if (post.Silenced is { } record)
            await conversations.NoteAnsweredAsync(
                state.Thread,
                record with
                {
                    SilencedUntil = null,
                },
                null,
                cancellationToken
            );
        return await SaveAsync(post, state with { Resolved = incident.Reopened + 1 }, cancellationToken);
    }

    private Task<IncidentThread> SaveAsync(Post post, IncidentThread state, CancellationToken cancellationToken) =>
        NoteAsync(post.Incident, post.Channel, state, cancellationToken);

    private async Task<IncidentThread> StartAsync(
        Incident incident,
        IncidentSize size,
        ThreadRef channel,
        ChatPlatform platform,
        CancellationToken cancellationToken
    )
    {
        IncidentThread started;
        if (!channel.IsWholeChat)
            started = new(channel, IsOurs: false, IsLine: false);
        else if (await store.MayStartAsync(incident.Id, channel, options.Threads, BudgetTime, cancellationToken))
        {
            var head = Head(incident, size, mayKnow: false);
            started = new(
                await platform.StartAsync(channel, $"incident:{incident.Id}", head, cancellationToken),
                IsOurs: true,
                IsLine: false
            )
            {
                Head = head,
            };
        }
        else
            started = new(
                channel with
                {
                    Root = await StormAsync(channel, platform, cancellationToken),
                },
                IsOurs: false,
                IsLine: true
            );
        return await NoteAsync(incident, channel, started, cancellationToken);
    }

    /// <summary>The thread of a storm, in which each incident has one line.</summary>
    private async Task<string> StormAsync(ThreadRef channel, ChatPlatform platform, CancellationToken cancellationToken)
    {
        await using var lease =
            await store.LeaseAsync($"storm:{channel.Platform}:{channel.Channel}", Starting, cancellationToken)
            ?? throw new PostponedException("Another process starts the thread of the storm.", StartingRetry);
        if (await store.StormAsync(channel, cancellationToken) is { } root)
            return root;
        // The id is the same after a crash, and another for the next storm.
        var work = $"storm:{channel.Key}:{time.GetUtcNow().Ticks / StormLife.Ticks}";
        var thread = await platform.StartAsync(
            channel,
            work,
            $"More than {options.Threads} incidents within {BudgetTime.TotalMinutes:0} minutes. "
                + "Each of the others has a line here; ask me about any of them for the whole answer.",
            cancellationToken
        );
        await store.SaveStormAsync(channel, thread.Root, StormLife, cancellationToken);
        return thread.Root;
    }

    private async Task ReplyAsync(
        string work,
        OutgoingMessage reply,
        ChatThread chat,
        CancellationToken cancellationToken
    )
    {
        await delivery.ReplyAsync(work, reply, chat, cancellationToken);
        await conversations.CloseAsync(work, cancellationToken);
    }

    private async Task<IncidentThread> NoteAsync(
        Incident incident,
        ThreadRef channel,
        IncidentThread told,
        CancellationToken cancellationToken
    )
    {
        await store.SaveThreadAsync(incident.Id, channel, told, cancellationToken);
        return told;
    }

    /// <summary>The first message: the alert with its severity, namespace and cluster, its state, and the verdict for
    /// channels that may know it.</summary>
    private static string Head(Incident incident, IncidentSize size, bool mayKnow)
    {
        var severity = incident.Severity.Length > 0 ? $"[{incident.Severity.ToUpperInvariant()}] " : "";
        var state = incident.ResolvedAt is { } resolved
            ? $" · resolved after {InWords(resolved - incident.Since)}"
            : "";
        string[] places =
        [
            .. incident.AlertNamespace is { } ns ? [$"namespace {ns}"] : (string[])[],
            .. incident.AlertCluster.Length > 0 ? [$"cluster {incident.AlertCluster}"] : (string[])[],
            .. size.Alerts > 1 ? [Of(size)] : (string[])[],
        ];
        var where = string.Concat(places.Select(place => $" · {place}"));
        var verdict = mayKnow && incident.Verdict is { } known ? $"\n{known}" : "";
        return $"{severity}{incident.Title}{where}{state}{verdict}";
    }

    private static string Of(IncidentSize size) =>
        $"{size.Alerts} alert{(size.Alerts == 1 ? "" : "s")}{(size.Groups > 1 ? $" in {size.Groups} groups" : "")}";

    private static string Ending(Incident incident) =>
        incident switch
        {
            { Recovery: { Changes: { Count: > 0 } changes } recovery } =>
                $" Before it was well again: {Listed(changes)}." + (recovery.BearsOutDiagnosis ? $" {BornOut}" : ""),
            { Recovery: not null } => " It looks well; nothing around it was seen to change.",
            { Trouble: { } trouble } => $" But it does not look well yet: {trouble}.",
            _ => "",
        };

    private const string BornOut = "That bears the answer out; I will know it when I see it again.";

    private static string Listed(IReadOnlyList<string> changes)
    {
        var more = changes.Count > MostChanges ? $" and {changes.Count - MostChanges} more" : "";
        return string.Join("; ", changes.Take(MostChanges)) + more;
    }

    private static string InWords(TimeSpan time) =>
        time switch
        {
            { TotalMinutes: < 2 } => $"{time.TotalSeconds:0} s",
            { TotalHours: < 3 } => $"{time.TotalMinutes:0} min",
            _ => $"{time.TotalHours:0} h",
        };

    /// <summary>An incident as one channel may see it.</summary>
    private sealed record Post(Incident Incident, IncidentSize Size, ThreadRef Channel, ChatThread Chat, bool MayKnow)
    {
        /// <summary>The record of the thread if a person silenced the incident in it, or null.</summary>
        public ThreadRecord? Silenced { get; init; }

        /// <summary>The id under which the coordinator decides the channel's answer.</summary>
        public string Name => AnswerOf(Incident.Id, Channel);
    }
}
