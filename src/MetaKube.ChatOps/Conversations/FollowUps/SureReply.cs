using MetaKube.Chat;
using MetaKube.Model;

namespace MetaKube.ChatOps.Conversations.FollowUps;

/// <summary>"Are you sure?": the evidence for the answer, against it, and the alternatives.</summary>
internal static class SureReply
{
    private const int Most = 3;

    public static TurnReply Of(ThreadCase c) =>
        c.Cause.Fault switch
        {
            Diagnosis.Unknown => TurnReply.Of([
                $"No: the evidence about {c.Name} does not decide on a cause.",
                .. Alternatives(c),
                .. Missing(c),
            ]),
            Diagnosis.None => TurnReply.Of([
                $"I find nothing wrong with {c.Name}: {c.View.Certainty}.",
                .. Missing(c),
                "I see only what the cluster records; errors that the application does not log stay hidden.",
            ]),
            _ => TurnReply.Of([
                $"How sure I am of the cause at {c.Name}: {c.View.Certainty}.",
                c.Cause.Findings.Count > 0 ? "For it:" : null,
                .. c.Cause.Findings.Take(Most).Select(CaseText.Evidence),
                .. Alternatives(c),
                .. Missing(c),
                CaseText.Feedback(c),
            ]),
        };

    private static IEnumerable<string> Alternatives(ThreadCase c) =>
        c.Cause.Alternatives.Count == 0
            ?
            [
                c.NamesACause
                    ? "Against it: nothing that I read; no other cause fits the evidence."
                    : "No cause stands out.",
            ]
            :
            [
                "It could also be:",
                .. c
                    .Cause.Alternatives.Take(Most)
                    .Select(other =>
                        $"• {AnswerWording.Fault(other.Fault)} at {ThreadRecord.NameOf(other.Resource.ToResource())} "
                        + $"({AnswerWording.Percent(other.Confidence)})"
                    ),
            ];

    private static IEnumerable<string> Missing(ThreadCase c) =>
        c.Report.Gaps.Count == 0
            ? []
            : [$"Not read: {string.Join(", ", c.Report.Gaps.Take(Most).Select(gap => gap.What))}."];
}
