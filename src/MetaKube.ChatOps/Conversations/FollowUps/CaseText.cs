using System.Globalization;
using MetaKube.Chat;
using MetaKube.Model;

namespace MetaKube.ChatOps.Conversations.FollowUps;

/// <summary>Sentences that several replies share.</summary>
internal static class CaseText
{
    private const int LongestLine = 300;

    /// <summary>The answer in one sentence, with the cause where the verdict does not say it.</summary>
    public static string Verdict(ThreadCase c) => Sentence(c.View.Verdict);

    /// <summary>The cause, unless the verdict says the same.</summary>
    public static string? Cause(ThreadCase c) =>
        c.View.Verdict.Contains(c.Cause.RootCause, StringComparison.OrdinalIgnoreCase)
            ? null
            : Sentence(c.Cause.RootCause);

    /// <summary>A text as a sentence on one line.</summary>
    public static string Sentence(string text)
    {
        var line = ChatText.Cut(text.ReplaceLineEndings(" ").Trim(), LongestLine);
        return line.Length == 0 || line[^1] is '.' or '!' or '?' or '…' or ':' ? line : $"{line}.";
    }

    /// <summary>The first remedy with its number of commands, or null.</summary>
    public static string? Fix(ThreadCase c) =>
        c.Cause.Remedies is [var first, ..] ? $"Fix: {Sentence(first.Summary)}" : null;

    /// <summary>The commands of a remedy, or null where it has none.</summary>
    public static string? Commands(IEnumerable<Remedy> remedies)
    {
        var commands = string.Join('\n', remedies.SelectMany(remedy => remedy.Commands));
        return commands.Length == 0 ? null : commands;
    }

    /// <summary>"14:03 UTC (25 min ago)"; with the day if it is another one.</summary>
    public static string When(DateTimeOffset at, DateTimeOffset now)
    {
        var day = at.UtcDateTime.Date == now.UtcDateTime.Date ? "" : $" on {at.UtcDateTime:d MMMM}";
        return string.Create(CultureInfo.InvariantCulture, $"{at.UtcDateTime:HH:mm} UTC{day} ({Age(now - at)} ago)");
    }

    /// <summary>A length of time in words.</summary>
    public static string Age(TimeSpan time) =>
        time switch
        {
            { TotalMinutes: < 2 } => string.Create(
                CultureInfo.InvariantCulture,
                $"{Math.Max(0, time.TotalSeconds):0} s"
            ),
            { TotalHours: < 3 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min"),
            { TotalDays: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0} h"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0} days"),
        };

    /// <summary>The time of an entry in a timeline.</summary>
    public static string Clock(DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"{at.UtcDateTime:yyyy-MM-dd HH:mm} UTC");

    /// <summary>A finding with its quote.</summary>
    public static string Evidence(ReportedFact fact)
    {
        var quote = fact.Quote.Trim();
        var says = fact.Summary.Contains(quote, StringComparison.Ordinal) ? "" : $" (\"{ChatText.Cut(quote, 160)}\")";
        return $"• {fact.Summary}{says}";
    }

    /// <summary>The feedback of people in words, or null where there is none.</summary>
    public static string? Feedback(ThreadCase c) =>
        c.Episode switch
        {
            { Outcome: Outcome.Fixed, Fix: { } fix } => $"Fixed, people say: {fix}.",
            { Outcome: Outcome.Fixed } => "Fixed, people say.",
            { Outcome: Outcome.Corrected } e => $"People corrected the cause: it was {AnswerWording.Fault(e.Fault)}.",
            { Outcome: Outcome.Wrong } => "People say that the answer is wrong.",
            { Outcome: Outcome.Observed } => "It was seen to recover.",
            _ => null,
        };
}
