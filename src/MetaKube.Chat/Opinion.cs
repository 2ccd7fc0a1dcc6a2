using MetaKube.Memory;

namespace MetaKube.Chat;

/// <summary>A person's feedback as the card of an answer shows it to everybody: "Fixed, says Ada".</summary>
/// <param name="Words">The feedback in a few words, such as "Fixed"; untrusted where a person wrote them.</param>
/// <param name="User">The platform's id of the person.</param>
/// <param name="UserName">The person's name; empty if the event did not tell it.</param>
public sealed record Opinion(string Words, string User, string UserName)
{
    private const int LongestFix = 60,
        LongestCause = 100;

    /// <summary>The feedback in words, or null where a card does not show it.</summary>
    /// <param name="kind">The feedback.</param>
    /// <param name="cause">The actual cause in words, or null.</param>
    /// <param name="fix">What fixed it in the person's words, or null.</param>
    public static string? InWords(FeedbackKind kind, string? cause, string? fix) =>
        kind switch
        {
            FeedbackKind.Fixed when fix is { Length: > 0 } => $"Fixed ({ChatText.Cut(fix, LongestFix)})",
            FeedbackKind.Fixed => "Fixed",
            FeedbackKind.Wrong when cause is not null => $"Not the cause; it was: {ChatText.Cut(cause, LongestCause)}",
            FeedbackKind.Wrong => "Not the cause",
            _ => null,
        };
}
