using System.Globalization;
using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.ChatOps.Memory;
using MetaKube.Memory;
using MetaKube.Redis;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Slack;

/// <summary>Slack.</summary>
internal sealed class SlackPlatform(
    SlackOptions options,
    SlackApi api,
    SlackIdentity identity,
    ConversationStore store,
    MemoryAccess memory,
    TimeProvider time,
    ILoggerFactory loggers
) : ChatPlatform
{
    private const int HomeShows = 20;

    private readonly ILogger<SlackThread> threadLogger = loggers.CreateLogger<SlackThread>();

    public override string Name => SlackEvents.Platform;

    public override IReadOnlyList<AccessRule> Rules => options.Access;

    public override IReadOnlyDictionary<string, FeedbackKind> Reactions { get; } =
        new Dictionary<string, FeedbackKind>(options.Reactions)
        {
            ["white_check_mark"] = options.Reactions.GetValueOrDefault("white_check_mark", FeedbackKind.Fixed),
            ["+1"] = options.Reactions.GetValueOrDefault("+1", FeedbackKind.Helpful),
            ["thumbsup"] = options.Reactions.GetValueOrDefault("thumbsup", FeedbackKind.Helpful),
            ["-1"] = options.Reactions.GetValueOrDefault("-1", FeedbackKind.Unhelpful),
            ["thumbsdown"] = options.Reactions.GetValueOrDefault("thumbsdown", FeedbackKind.Unhelpful),
        };

    public override ChatThread Open(ThreadRef thread) =>
        new SlackThread(api, identity, store, time, thread, threadLogger);

    public override async Task<ThreadRef> StartAsync(
        ThreadRef channel,
        string work,
        string alert,
        CancellationToken cancellationToken
    ) =>
        channel with
        {
            Root = await Open(channel)
                .PostAsync(work, new OutgoingMessage.AlertHeadline(alert), mayBeThere: true, cancellationToken),
        };

    public override Task ChangeAsync(
        ThreadRef thread,
        string alert,
        bool isResolved,
        CancellationToken cancellationToken
    )
    {
        var arguments = SlackMessage.Render(new OutgoingMessage.AlertHeadline(alert, isResolved));
        arguments["channel"] = thread.Channel;
        arguments["ts"] = thread.Root;
        return api.CallAsync(SlackMethod.Update, arguments, cancellationToken);
    }

    public override async Task ShowHomeAsync(string user, CancellationToken cancellationToken)
    {
        var episodes = await memory.OpenAsync(cancellationToken);
        var state = await episodes.StateAsync(cancellationToken);
        var patterns = await episodes.ListPatternsAsync(cancellationToken);
        var count = await episodes.CountAsync(cancellationToken);
        var figures = string.Create(
            CultureInfo.InvariantCulture,
            $"{count} episodes, {patterns.Count} patterns; answered from memory above a confidence of {state.Controller.Threshold:0.00}"
        );
        // The page is one person's, in no channel: what rules allow in some channel only does not stand here.
        var permission = Permission.Of(options.Access, "", user);
        var shown = (await store.RecentAsync(cancellationToken))
            .Where(answer => permission.Allows(answer.Cluster, answer.Resource?.Namespace))
            .Take(HomeShows)
            .ToList();
        await api.CallAsync(
            SlackMethod.PublishView,
            new() { ["user_id"] = user, ["view"] = SlackViews.Home(shown, figures) },
            cancellationToken
        );
    }
}
