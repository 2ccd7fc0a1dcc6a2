using MetaKube.Chat;
using MetaKube.Tests.Jobs;

namespace MetaKube.Tests.Chat;

public sealed class WorkLaneTests
{
    public static TheoryData<string, WorkPriority> Lanes =>
        new()
        {
            { Works.Mention("1").Lane.Key, WorkPriority.Question },
            {
                (Works.Mention("1") with { Thread = new("teams", "19:x@thread.tacv2", "7") }).Lane.Key,
                WorkPriority.Question
            },
            { Works.Remediation("1", ChangeStep.Propose).Lane.Key, WorkPriority.Question },
            { Works.Remediation("1", ChangeStep.Undo).Lane.Key, WorkPriority.Question },
            { Works.Remediation("1", ChangeStep.Follow).Lane.Key, WorkPriority.Alert },
            { Works.Alert("1", "g").Lane.Key, WorkPriority.Alert },
            { Works.Closing("1").Lane.Key, WorkPriority.Alert },
            { Works.Update("1").Lane.Key, WorkPriority.Update },
            { Works.Feedback("1", "I1").Lane.Key, WorkPriority.Feedback },
            { Works.Reaction("1").Lane.Key, WorkPriority.Feedback },
            { Works.Home("1").Lane.Key, WorkPriority.Feedback },
        };

    [Theory, MemberData(nameof(Lanes))]
    public void The_priority_follows_from_the_key_alone(string key, WorkPriority priority) =>
        new WorkLane(key).Priority.ShouldBe(priority);

    [Fact]
    public void Votes_on_an_answer_do_not_wait_for_the_investigation_in_its_thread() =>
        Works.Reaction("1").Lane.ShouldNotBe(Works.Mention("2").Lane);

    [Fact]
    public void An_undo_does_not_wait_for_the_watch_over_the_change() =>
        Works.Remediation("1", ChangeStep.Undo).Lane.ShouldNotBe(Works.Remediation("2", ChangeStep.Follow).Lane);
}
