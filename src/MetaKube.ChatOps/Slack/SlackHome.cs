using System.Globalization;
using MetaKube.Chat;
using MetaKube.ChatOps.Memory;
using MetaKube.Redis;

namespace MetaKube.ChatOps.Slack;

/// <summary>The app's Home tab: figures of the memory, and recent answers that the person may see.</summary>
internal sealed class SlackHome(SlackOptions options, SlackApi api, ConversationStore store, MemoryAccess memory)
{
    private const int MostShown = 20;

    public async Task ShowAsync(string user, CancellationToken cancellationToken)
    {
        var episodes = await memory.OpenAsync(cancellationToken);
        var state = await episodes.StateAsync(cancellationToken);
        var patterns = await episodes.ListPatternsAsync(cancellationToken);
        var count = await episodes.CountAsync(cancellationToken);
        var figures = string.Create(
            CultureInfo.InvariantCulture,
            $"{count} episodes, {patterns.Count} patterns; "
                + $"answered from memory above a confidence of {state.Controller.Threshold:0.00}"
        );
        // The page belongs to a person and not to a channel: it shows nothing that rules allow in a channel only.
        var permission = Permission.Of(options.Access, "", user);
        var shown = (await store.RecentAsync(cancellationToken))
            .Where(answer => permission.Allows(answer.Cluster, answer.Resource?.Namespace))
            .Take(MostShown)
            .ToList();
        await api.CallAsync(
            SlackMethod.PublishView,
            new() { ["user_id"] = user, ["view"] = SlackViews.Home(shown, figures) },
            cancellationToken
        );
    }
}
