using System.Text.RegularExpressions;

namespace MetaKube.Faults;

/// <summary>Observations that show a known failure, or that look like it and do not.</summary>
/// <param name="Failure">The failure.</param>
/// <param name="Fires">True if the observations show the failure.</param>
/// <param name="Observations">The observations, all of one workload.</param>
public sealed partial record KnowledgeExample(KnownFailure Failure, bool Fires, IReadOnlyList<Observation> Observations)
{
    /// <summary>
    /// Reads an observation from "log: TEXT", "text: TEXT", "event REASON: TEXT", "condition TYPE: TEXT",
    /// "waiting REASON: TEXT", "exit: CODE", "image: NAME" or "kind: KIND".
    /// </summary>
    /// <exception cref="FormatException">The text has none of these forms.</exception>
    public static Observation Parse(string text)
    {
        var match = Form().Match(text);
        if (!match.Success)
            throw new FormatException($"'{text}' is no observation, such as 'log: TEXT' or 'event FailedMount: TEXT'.");
        var place = match.Groups["place"].Value;
        var kind = place == "text" ? ObservationKind.Log : Enum.Parse<ObservationKind>(place, ignoreCase: true);
        return new(kind, null, place, Blanks.Collapse(match.Groups["text"].Value))
        {
            Qualifier = match.Groups["qualifier"].Value,
        };
    }

    [GeneratedRegex(
        @"^(?<place>log|text|event|condition|waiting|exit|image|kind)(?: (?<qualifier>[\w.-]+))?: (?<text>.*)$",
        RegexOptions.Singleline
    )]
    private static partial Regex Form();
}
