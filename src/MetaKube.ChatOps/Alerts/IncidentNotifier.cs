using MetaKube.Chat;
using MetaKube.ChatOps.Conversations;
using MetaKube.Redis;

namespace MetaKube.ChatOps.Alerts;

/// <summary>
/// Says in one channel what is to be said of an incident: whatever of it was not said yet, however often it is called.
/// </summary>
internal sealed class IncidentNotifier(
    IncidentStore store,
    ConversationStore conversations,
    Delivery delivery,
    IEnumerable<ChatPlatform> platforms,
    AlertsOptions options,
    TimeProvider time
)
{
    private const int ChangesTold = 5;

    private static readonly TimeSpan BudgetTime = TimeSpan.FromMinutes(10),
        StormLife = TimeSpan.FromMinutes(30),
        Starting = TimeSpan.FromMinutes(1),
        StartingRetry = TimeSpan.FromSeconds(1);

    /// <summary>The work under which it is decided what a channel is told of an incident's cause.</summary>
    public static string AnswerOf(string incident, ThreadRef channel) =>
        $"incident:{incident}:{channel.Platform}:{channel.Channel}";

    public async Task TellAsync(WorkItem.IncidentUpdate update, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(update.Incident, cancellationToken) is not { } incident)
            return;
        var channel = update.Channel;
        var platform = platforms.First(one => one.Name == channel.Platform);
        var permission = Permission.Of(platform.Rules, channel.Channel, null);
        if (!permission.IsAny)
            return;
        // The alert itself was sent here; what was read about it is for who may ask about it.
        var mayKnow = incident.Namespace is null || permission.Allows(incident.Cluster ?? "", incident.Namespace);
        var size = await store.SizeAsync(incident.Id, cancellationToken);
        var told =
            await store.ThreadAsync(incident.Id, channel, cancellationToken)
            ?? await StartAsync(incident, size, channel, platform, cancellationToken);
        var chat = platform.Open(told.Thread);
        if (!channel.IsWholeChat && channel != told.Thread)
        {
            // A message that tells of what is dealt with elsewhere.
            if (chat.Address(told.Thread.Root) is { } address)
                await ReplyAsync(
                    update.Id,
                    new OutgoingMessage.Reply(
                        "It still fires, or has the same cause as another alert; the answer is here:",
                        Link: address
                    ),
                    platform.Open(channel),
                    cancellationToken
                );
            return;
        }
        var name = AnswerOf(incident.Id, channel);
        if (!told.IsAnswered && told.IsLine && incident.Verdict is not null)
        {
            await ReplyAsync(
                $"{name}:line",
                new OutgoingMessage.Reply(
                    $"{incident.Title} → {(mayKnow ? incident.Verdict : "not for this channel")}"
                ),
                chat,
                cancellationToken
            );
            told = await NoteAsync(incident, channel, told with { IsAnswered = true }, cancellationToken);
        }
        // A channel that was added later is told once it is decided what it may see.
        else if (
            !told.IsAnswered
            && !told.IsLine
            && await conversations.OutboxAsync(name, cancellationToken) is { } answer
        )
        {
            await delivery.PostAsync(name, answer, chat, mayBeThere: true, cancellationToken);
            told = await NoteAsync(incident, channel, told with { IsAnswered = true }, cancellationToken);
            await conversations.CloseAsync(name, cancellationToken);
        }
        if (told.Reopened < incident.Reopened)
        {
            await ReplyAsync(
                $"{name}:again-{incident.Reopened}",
                new OutgoingMessage.Reply($"{(told.IsLine ? $"{incident.Title}: it" : "It")} fires again."),
                chat,
                cancellationToken
            );
            told = await NoteAsync(incident, channel, told with { Reopened = incident.Reopened }, cancellationToken);
        }
        if (
            incident.ResolvedAt is { } resolved
            && told.Resolved <= incident.Reopened
            && (told.IsAnswered || incident.Verdict is not null)
        )
        {
            await ReplyAsync(
                $"{name}:resolved-{incident.Reopened}",
                new OutgoingMessage.Reply(
                    $"{(told.IsLine ? $"{incident.Title}: resolved" : "Resolved")} after {InWords(resolved - incident.Since)}{(told.IsLine ? "" : $", {Of(size)}")}.{(mayKnow ? Ending(incident) : "")}"
                ),
                chat,
                cancellationToken
            );
            told = await NoteAsync(
                incident,
                channel,
                told with
                {
                    Resolved = incident.Reopened + 1,
                },
                cancellationToken
            );
        }
        // Nobody is called by what the first message says; it is for those who look at the channel.
        if (told.IsOurs && Head(incident, size) is var head && head != told.Head)
        {
            await platform.ChangeAsync(told.Thread, head, incident.ResolvedAt is not null, cancellationToken);
            await NoteAsync(incident, channel, told with { Head = head }, cancellationToken);
        }
    }

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
            var head = Head(incident, size);
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

    /// <summary>The thread in which incidents have a line each.</summary>
    private async Task<string> StormAsync(ThreadRef channel, ChatPlatform platform, CancellationToken cancellationToken)
    {
        await using var lease =
            await store.LeaseAsync($"storm:{channel.Platform}:{channel.Channel}", Starting, cancellationToken)
            ?? throw new PostponedException("Somebody else starts the thread of the storm.", StartingRetry);
        if (await store.StormAsync(channel, cancellationToken) is { } root)
            return root;
        // The same after a crash, and another for the next storm.
        var work = $"storm:{channel.Key}:{time.GetUtcNow().Ticks / StormLife.Ticks}";
        var thread = await platform.StartAsync(
            channel,
            work,
            $"More than {options.Threads} incidents within {BudgetTime.TotalMinutes:0} minutes. Each of the others has a line here; ask me about any of them for the whole answer.",
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

    private static string Head(Incident incident, IncidentSize size)
    {
        var state = incident.ResolvedAt is { } resolved
            ? $" · resolved after {InWords(resolved - incident.Since)}"
            : "";
        return $"{incident.Title}{(size.Alerts > 1 ? $" · {Of(size)}" : "")}{state}";
    }

    private static string Of(IncidentSize size) =>
        $"{size.Alerts} alert{(size.Alerts == 1 ? "" : "s")}{(size.Groups > 1 ? $" in {size.Groups} groups" : "")}";

    private static string Ending(Incident incident) =>
        incident switch
        {
            { Recovery.Changes: { Count: > 0 } changes } =>
                $" Before it was well again: {string.Join("; ", changes.Take(ChangesTold))}{(changes.Count > ChangesTold ? $" and {changes.Count - ChangesTold} more" : "")}. {(incident.Recovery.BearsOutDiagnosis ? "That bears the answer out; I will know it when I see it again." : "")}".TrimEnd(),
            { Recovery: not null } => " It looks well; nothing around it was seen to change.",
            { Trouble: { } trouble } => $" But it does not look well yet: {trouble}.",
            _ => "",
        };

    private static string InWords(TimeSpan time) =>
        time.TotalMinutes < 2 ? $"{time.TotalSeconds:0} s"
        : time.TotalHours < 3 ? $"{time.TotalMinutes:0} min"
        : $"{time.TotalHours:0} h";
}
