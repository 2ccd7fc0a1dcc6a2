using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.Memory;

namespace MetaKube.ChatOps.Slack;

/// <summary>The Slack workspace of the configured app.</summary>
internal sealed class SlackPlatform(SlackOptions options, SlackApi api, SlackThreads threads, SlackHome home)
    : ChatPlatform
{
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

    public override ChatThread Open(ThreadRef thread) => threads.Open(thread);

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

    public override Task ShowHomeAsync(string user, CancellationToken cancellationToken) =>
        home.ShowAsync(user, cancellationToken);
}
