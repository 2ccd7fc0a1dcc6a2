using MetaKube.Chat;
using MetaKube.Redis;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Slack;

/// <summary>Opens threads with the services that each of them needs.</summary>
internal sealed class SlackThreads(
    SlackApi api,
    SlackIdentity identity,
    ConversationStore store,
    TimeProvider time,
    ILogger<SlackThread> logger
)
{
    public SlackThread Open(ThreadRef thread) => new(api, identity, store, time, thread, logger);
}
