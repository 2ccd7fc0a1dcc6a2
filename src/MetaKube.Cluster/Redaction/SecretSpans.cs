using System.Text;

namespace MetaKube.Cluster.Redaction;

/// <summary>The parts of a text that are secret, in characters from its start.</summary>
internal sealed class SecretSpans
{
    private readonly List<(int Start, int End)> spans = [];

    public void Add(int start, int end)
    {
        if (end > start)
            spans.Add((start, end));
    }

    /// <summary>The secret parts without overlap, in the order of the text.</summary>
    public IEnumerable<(int Start, int End)> Merged()
    {
        spans.Sort();
        for (var i = 0; i < spans.Count;)
        {
            var (start, end) = spans[i];
            for (i++; i < spans.Count && spans[i].Start <= end; i++)
                end = Math.Max(end, spans[i].End);
            yield return (start, end);
        }
    }

    /// <summary>The text with a mark in the place of each secret part.</summary>
    public string Redact(string text)
    {
        if (spans.Count == 0)
            return text;
        var redacted = new StringBuilder(text.Length);
        var from = 0;
        foreach (var (start, end) in Merged())
        {
            redacted.Append(text, from, start - from).Append(Redactor.Mark);
            from = end;
        }
        return redacted.Append(text, from, text.Length - from).ToString();
    }
}
