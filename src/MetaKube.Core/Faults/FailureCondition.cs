namespace MetaKube.Faults;

/// <summary>One condition of a known failure: it holds if one observation satisfies it.</summary>
public sealed record FailureCondition
{
    /// <summary>The kind of observation; null for any kind that is text.</summary>
    public ObservationKind? Kind { get; init; }

    /// <summary>The pattern of the text; null if only the qualifier or a value counts.</summary>
    public TextPattern? Pattern { get; init; }

    /// <summary>Reasons of an event or of a waiting container, or types of a condition; empty for any.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>Exit codes, names of images or kinds of objects, of which one is enough.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>The values of the slots if the observation satisfies the condition, else null.</summary>
    public IReadOnlyDictionary<string, string>? Match(Observation observation)
    {
        if (Kind is { } kind ? observation.Kind != kind : !observation.IsText)
            return null;
        if (Reasons.Count > 0 && !Reasons.Contains(observation.Qualifier))
            return null;
        if (Pattern is not null)
            return Pattern.Match(observation.Text);
        return Values.Count == 0 || Values.Any(value => HasValue(observation, value)) ? None : null;
    }

    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    private static bool HasValue(Observation observation, string value)
    {
        var text = observation.Text;
        if (observation.Kind != ObservationKind.Image)
            return text.Equals(value, StringComparison.OrdinalIgnoreCase);
        // A part of the last name, or a word of the path before it: "ingress" in ingress-nginx/controller.
        var name = text.LastIndexOf('/') + 1;
        return text[name..].Contains(value, StringComparison.OrdinalIgnoreCase)
            || text[..name].Split('/', '.', '-', '_').Contains(value, StringComparer.OrdinalIgnoreCase);
    }
}
