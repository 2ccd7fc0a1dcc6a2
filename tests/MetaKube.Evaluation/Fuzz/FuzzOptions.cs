using System.Globalization;

namespace MetaKube.Evaluation.Fuzz;

/// <summary>How long <c>evaluate fuzz</c> runs, and where its inputs come from.</summary>
internal sealed record FuzzOptions
{
    public const string Usage = "evaluate fuzz [--minutes N] [--seed S] [--keep DIR] [DIR …]";

    public double Minutes { get; private init; } = 1;

    /// <summary>The same seed makes the same inputs in the same order.</summary>
    public int Seed { get; private init; } = 1;

    /// <summary>The folder that gets each input that failed, or null.</summary>
    public string? Keep { get; private init; }

    /// <summary>Folders of text files, beside the recorded scenarios.</summary>
    public IReadOnlyList<string> Folders { get; private init; } = [];

    /// <summary>Null where an option or its value is not known, or a folder does not exist.</summary>
    public static FuzzOptions? Parse(IReadOnlyList<string> arguments)
    {
        var options = new FuzzOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            var value = i + 1 < arguments.Count ? arguments[i + 1] : null;
            if (options.With(arguments[i], value) is not { } extended)
                return null;
            options = extended;
            if (arguments[i].StartsWith("--", StringComparison.Ordinal))
                i++;
        }
        return options;
    }

    private FuzzOptions? With(string argument, string? value)
    {
        var invariant = CultureInfo.InvariantCulture;
        return argument switch
        {
            "--minutes" when double.TryParse(value, invariant, out var minutes) => this with { Minutes = minutes },
            "--seed" when int.TryParse(value, invariant, out var seed) => this with { Seed = seed },
            "--keep" when value is not null => this with { Keep = value },
            _ when Directory.Exists(argument) => this with { Folders = [.. Folders, argument] },
            _ => null,
        };
    }
}
