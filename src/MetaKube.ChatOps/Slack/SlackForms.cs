using System.Text.Json;
using MetaKube.Chat;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Slack;

/// <summary>Opens the form in which a person says what fixed an incident.</summary>
internal sealed partial class SlackForms(SlackApi api, ILogger<SlackForms> logger)
{
    /// <summary>
    /// Opens a form at once: its trigger_id expires after three seconds, before the queue would get to it.
    /// </summary>
    public async Task OpenAsync(JsonElement payload, JsonElement action, CancellationToken cancellationToken)
    {
        if (SlackEvents.ThreadOf(payload) is not { } thread)
            return;
        try
        {
            await api.CallOnceAsync(
                SlackMethod.OpenView,
                new()
                {
                    ["trigger_id"] = ChatJson.Text(payload, "trigger_id"),
                    ["view"] = SlackViews.Form(ChatJson.Text(action, "value"), thread),
                },
                cancellationToken
            );
        }
        catch (Exception e) when (e is ChatRefusedException or ChatUnavailableException or ChatDoubtException)
        {
            LogNoForm(e.Message);
            await ExplainAsync(payload, thread, cancellationToken);
        }
    }

    /// <summary>Tells the person who clicked that the form could not be opened.</summary>
    private async Task ExplainAsync(JsonElement payload, ThreadRef thread, CancellationToken cancellationToken)
    {
        try
        {
            await api.CallOnceAsync(
                SlackMethod.PostEphemeral,
                new()
                {
                    ["channel"] = thread.Channel,
                    ["thread_ts"] = thread.Root,
                    ["user"] = ChatJson.Text(payload.GetProperty("user"), "id"),
                    ["text"] =
                        "The form could not be opened in time; click once more, "
                        + "or write here: this fixed it: what you did",
                },
                cancellationToken
            );
        }
        catch (Exception e) when (e is ChatRefusedException or ChatUnavailableException or ChatDoubtException)
        {
            LogNoForm(e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The form could not be opened: {Why}")]
    private partial void LogNoForm(string why);
}
