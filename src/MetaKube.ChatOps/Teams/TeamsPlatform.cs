using MetaKube.Chat;
using MetaKube.Memory;
using MetaKube.Redis;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Teams;

/// <summary>Microsoft Teams.</summary>
internal sealed class TeamsPlatform(
    TeamsOptions options,
    TeamsApi api,
    ConversationStore store,
    TimeProvider time,
    ILoggerFactory loggers
) : ChatPlatform
{
    private static readonly Dictionary<string, FeedbackKind> DefaultReactions = new()
    {
        ["like"] = FeedbackKind.Helpful,
        ["1f44d"] = FeedbackKind.Helpful,
        ["1f44e"] = FeedbackKind.Unhelpful,
        ["2705"] = FeedbackKind.Fixed,
        ["checkmark"] = FeedbackKind.Fixed,
    };

    private readonly ILogger<TeamsThread> threadLogger = loggers.CreateLogger<TeamsThread>();

    public override string Name => TeamsEvents.Platform;

    public override IReadOnlyList<AccessRule> Rules => options.Access;

    public override IReadOnlyDictionary<string, FeedbackKind> Reactions { get; } =
        DefaultReactions
            .Where(usual => !options.Reactions.Keys.Any(name => TeamsEvents.ReactionOf(name) == usual.Key))
            .Concat(options.Reactions.Select(one => KeyValuePair.Create(TeamsEvents.ReactionOf(one.Key), one.Value)))
            .ToDictionary();

    public override ChatThread Open(ThreadRef thread) =>
        new TeamsThread(api, options, store, time, thread, threadLogger);

    public override async Task<ThreadRef> StartAsync(
        ThreadRef channel,
        string work,
        string alert,
        CancellationToken cancellationToken
    )
    {
        var service =
            (await store.AddressAsync(Name, channel.Channel, cancellationToken))?.Service ?? options.ServiceUrl;
        try
        {
            return channel with
            {
                Root = await api.StartAsync(
                    service,
                    channel.Channel,
                    options.TenantId,
                    TeamsCard.Alert(alert),
                    cancellationToken
                ),
            };
        }
        catch (ChatDoubtException e)
        {
            // The work is retried: a second message is better than an alert that nobody sees.
            throw new ChatUnavailableException(e.Message, inner: e);
        }
    }

    public override async Task ChangeAsync(
        ThreadRef thread,
        string alert,
        bool isResolved,
        CancellationToken cancellationToken
    )
    {
        var service =
            (await store.AddressAsync(Name, thread.Channel, cancellationToken))?.Service ?? options.ServiceUrl;
        await api.UpdateAsync(
            service,
            $"{thread.Channel};messageid={thread.Root}",
            thread.Root,
            TeamsCard.Alert(alert, isResolved),
            cancellationToken
        );
    }
}
