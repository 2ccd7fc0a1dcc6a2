using System;
using System.Diagnostics;
using MetaKube.Cluster.Redaction;

namespace MetaKube.Evaluation.Redaction;

/// <summary>
/// <c>evaluate redaction</c>: planted secrets that are left in the redacted text, by class, kind and place, and
/// harmless
/// lines that redaction changes.
/// </summary>
public static class RedactionRun
{
    public const string Usage = "evaluate redaction [--counts] [SECRETS.jsonl | HARMLESS.txt …]";

    /// <summary>Reads the files; returns true if no secret of a known format or a telling name is left, at most 5 % of
    /// the others, and no harmless line is changed.</summary>
    public static bool Run(IReadOnlyList<string> arguments, TextWriter output)
    {
        var files = arguments.Where(argument => argument != "--counts").ToList();
        var showsLines = !arguments.Contains("--counts");
        var isGood = true;
        foreach (var file in files)
            isGood &= file.EndsWith(".jsonl", StringComparison.Ordinal)
                ? Secrets([.. PlantedSecret.Load(file)], showsLines, output)
                : Harmless([.. File.ReadLines(file).Where(line => line.Length > 0)], showsLines, output);
        return isGood;
    }

    private static bool Secrets(IReadOnlyList<PlantedSecret> planted, bool showsLines, TextWriter output)
    {
        var leaks = planted
            .Select(secret => (Secret: secret, Cleaned: new Redactor().Clean(secret.Text)))
            .Select(pair => (pair.Secret, pair.Cleaned, Leak: pair.Secret.In(pair.Cleaned)))
            .Where(result => result.Leak != Leak.None)
            .ToList();
        if (showsLines)
            foreach (var (secret, cleaned, leak) in leaks)
            {
                output.WriteLine($"{leak.ToString().ToUpperInvariant()} {secret.Class} {secret.Kind} [{secret.Place}]");
                output.WriteLine($"    {cleaned.Replace("\n", "\n    ", StringComparison.Ordinal)}");
            }
        void Table(string title, Func<PlantedSecret, string> of)
        {
            foreach (var group in leaks.GroupBy(leak => of(leak.Secret)).OrderByDescending(group => group.Count()))
            {
                var whole = group.Count(leak => leak.Leak == Leak.Whole);
                var all = planted.Count(secret => of(secret) == group.Key);
                output.WriteLine($"  {title} {group.Key}: {whole} whole, {group.Count() - whole} half of {all}");
            }
        }
        Table("class", secret => secret.Class);
        Table("kind", secret => secret.Kind);
        Table("place", secret => secret.Place);
        output.WriteLine($"redaction: {leaks.Count} of {planted.Count} secrets are left");
        var bare = leaks.Count(leak => leak.Secret.Class == "bare");
        return bare == leaks.Count && bare <= 0.05 * planted.Count(secret => secret.Class == "bare");
    }

    private static bool Harmless(IReadOnlyList<string> lines, bool showsLines, TextWriter output)
    {
        var damaged = lines.Where(line => new Redactor().Clean(line) != line).ToList();
        if (showsLines)
            foreach (var line in damaged)
                output.WriteLine($"DAMAGED {line}\n     to {new Redactor().Clean(line)}");
        output.WriteLine($"redaction: {damaged.Count} of {lines.Count} harmless lines are damaged");
        return damaged.Count == 0;
    }

    /// <summary>Measures the redaction of five megabytes of text.</summary>
    public static void Time(string text, TextWriter output)
    {
        for (var round = 0; round < 3; round++)
        {
            var clock = Stopwatch.StartNew();
            new Redactor().Clean(text);
            output.WriteLine($"redaction: {text.Length / 1024} KB in {clock.ElapsedMilliseconds} ms");
        }
    }
}
