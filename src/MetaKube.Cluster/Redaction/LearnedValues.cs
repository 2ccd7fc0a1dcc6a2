using System.Buffers;
using System.Text;

namespace MetaKube.Cluster.Redaction;

/// <summary>Values of secrets that were seen where their place tells what they are, to be found anywhere.</summary>
internal sealed class LearnedValues
{
    /// <summary>Shorter values ("admin", "true") would redact harmless words in every answer.</summary>
    public const int Shortest = 6;

    private const int Longest = 64 * 1024,
        Most = 20_000;

    private readonly HashSet<string> values = [];
    private readonly HashSet<string> names = [];
    private SearchValues<string>? search;
    private ILookup<string, string>? byStart;

    /// <summary>True if the value was not known.</summary>
    public bool Add(string value)
    {
        if (value.Length is < Shortest or > Longest || names.Contains(value) || values.Count >= Most)
            return false;
        if (!values.Add(value))
            return false;
        search = null;
        return true;
    }

    /// <summary>
    /// A name that everybody sees is no secret, though a Secret holds it too: the user of a database is often called as
    /// the workload. True if it was taken for one.
    /// </summary>
    public bool Keep(string name)
    {
        if (name.Length < Shortest || !names.Add(name) || !values.Remove(name))
            return false;
        search = null;
        return true;
    }

    /// <summary>The text without the values.</summary>
    public string Redact(string text)
    {
        if (values.Count == 0)
            return text;
        lock (values)
        {
            byStart = search is null ? values.ToLookup(value => value[..Shortest]) : byStart;
            search ??= SearchValues.Create([.. values], StringComparison.Ordinal);
        }
        if (text.AsSpan().IndexOfAny(search) < 0)
            return text;
        var redacted = new StringBuilder(text.Length);
        var from = 0;
        while (text.AsSpan(from).IndexOfAny(search) is var next and >= 0)
        {
            var at = from + next;
            var longest = byStart!
                [text.Substring(at, Shortest)]
                .Where(value => string.CompareOrdinal(text, at, value, 0, value.Length) == 0)
                .Max(value => value.Length);
            redacted.Append(text, from, next).Append(Redactor.Mark);
            from = at + longest;
        }
        return redacted.Append(text, from, text.Length - from).ToString();
    }
}
