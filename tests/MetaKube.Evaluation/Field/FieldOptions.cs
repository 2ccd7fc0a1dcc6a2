namespace MetaKube.Evaluation.Field;

/// <summary>The folder of <c>evaluate field</c> and how its cases are asked about.</summary>
internal sealed record FieldOptions(string Folder)
{
    public const string Usage =
        "evaluate field DIR [--question original|neutral] [--order given|reversed] [--json FILE]";

    /// <summary>"what is wrong?" takes the place of each case's own question.</summary>
    public bool IsNeutral { get; private init; }

    /// <summary>In kubectl.txt the descriptions come before the tables.</summary>
    public bool IsReversed { get; private init; }

    /// <summary>The file that gets a line of JSON for each case, or null.</summary>
    public string? Json { get; private init; }

    /// <summary>Null where an option or its value is not known, or the folder does not exist.</summary>
    public static FieldOptions? Parse(IReadOnlyList<string> arguments)
    {
        if (arguments is not [var folder, ..] || !Directory.Exists(folder))
            return null;
        var options = new FieldOptions(folder);
        foreach (var option in arguments.Skip(1).Chunk(2))
        {
            if (options.With(option) is not { } extended)
                return null;
            options = extended;
        }
        return options;
    }

    private FieldOptions? With(string[] option) =>
        option switch
        {
            ["--question", "original"] => this with { IsNeutral = false },
            ["--question", "neutral"] => this with { IsNeutral = true },
            ["--order", "given"] => this with { IsReversed = false },
            ["--order", "reversed"] => this with { IsReversed = true },
            ["--json", var file] => this with { Json = file },
            _ => null,
        };
}
