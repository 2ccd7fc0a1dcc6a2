using MetaKube.Chat;

namespace MetaKube.Tests.Jobs;

/// <summary>Work items of each kind, with nothing in them but what the queue reads.</summary>
internal static class Works
{
    private static readonly DateTimeOffset At = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    public static WorkItem.Mention Mention(string id, string thread = "1") =>
        new()
        {
            Id = id,
            At = At,
            Thread = new("slack", "C1", thread),
            Message = id,
            User = "U1",
            Text = "why?",
            IsAddressed = true,
        };

    public static WorkItem.Alert Alert(string id, string group) =>
        new()
        {
            Id = id,
            At = At,
            Group = group,
            Threads = [],
            Text = "it fires",
            IsResolved = false,
        };

    public static WorkItem.FeedbackGiven Feedback(string id, string investigation) =>
        new()
        {
            Id = id,
            At = At,
            Investigation = investigation,
            Thread = new("slack", "C1", "1"),
            User = "U1",
            Verdict = MetaKube.Memory.FeedbackKind.Fixed,
        };

    public static WorkItem.Remediation Remediation(string id, ChangeStep step) =>
        new()
        {
            Id = id,
            At = At,
            Investigation = "I1",
            Step = step,
            User = "U1",
        };

    public static WorkItem.IncidentUpdate Update(string id) =>
        new()
        {
            Id = id,
            At = At,
            Incident = "N1",
            Channel = new("teams", "19:abc@thread.tacv2", ""),
        };

    public static WorkItem.IncidentClosing Closing(string id) =>
        new()
        {
            Id = id,
            At = At,
            Incident = "N1",
        };

    public static WorkItem.Reaction Reaction(string id) =>
        new()
        {
            Id = id,
            At = At,
            Platform = "slack",
            Channel = "C1",
            Message = "1",
            User = "U1",
            Name = "+1",
            IsAdded = true,
            Order = 1,
        };

    public static WorkItem.HomeOpened Home(string id) =>
        new()
        {
            Id = id,
            At = At,
            Platform = "slack",
            User = "U1",
        };
}
