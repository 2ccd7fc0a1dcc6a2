using System.Globalization;

namespace MetaKube.Evaluation.Knowledge;

/// <summary>Log lines of programs that work, from the corpus of tests/knowledge/harmless.txt.</summary>
public static class HarmlessLog
{
    /// <summary>The corpus; lines that begin with "#" name the program of those that follow.</summary>
    public static IReadOnlyList<string> Corpus { get; } =
        [
            .. File.ReadLines(KnowledgeFiles.TestFile("harmless.txt"))
                .Where(line => line.Length > 0 && line[0] != '#'),
        ];

    /// <summary>The corpus, repeated with other numbers.</summary>
    public static IEnumerable<string> Lines(int count) =>
        Enumerable
            .Range(0, count)
            .Select(i => $"{Corpus[i % Corpus.Count]} n={i.ToString(CultureInfo.InvariantCulture)}");
}
