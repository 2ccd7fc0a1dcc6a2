using MetaKube.Chat;

namespace MetaKube.ChatOps.Jobs;

/// <summary>
/// The lanes of each priority that one process drains at a time. Work mostly waits for the API server, the model or a
/// chat platform, so a lane costs little; only the investigations of alerts are limited by what those can bear.
/// </summary>
internal sealed record WorkLimits
{
    public int Questions { get; init; } = 20;
    public int Feedback { get; init; } = 10;
    public int Updates { get; init; } = 4;
    public required int Alerts { get; init; }

    public int Of(WorkPriority priority) =>
        priority switch
        {
            WorkPriority.Question => Questions,
            WorkPriority.Feedback => Feedback,
            WorkPriority.Update => Updates,
            _ => Alerts,
        };
}
