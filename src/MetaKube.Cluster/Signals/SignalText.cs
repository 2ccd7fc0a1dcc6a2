using MetaKube.Cluster.Redaction;
using MetaKube.Model;

namespace MetaKube.Cluster.Signals;

/// <summary>Redacts the untrusted texts of signals.</summary>
internal static class SignalText
{
    /// <summary>Messages of admission and of the scheduler are long, and name the reason late.</summary>
    private const int LongestQuote = 600,
        LongestExcerpt = 240;

    /// <summary>A signal with its quote; the caller fills in the rest.</summary>
    public static Signal Quoting(string? text, Redactor redaction)
    {
        var quote = redaction.Quote(text, LongestQuote);
        return new()
        {
            Kind = SignalKind.Log,
            Source = "",
            Summary = "",
            Strength = 0,
            Quote = quote,
            SaysWhy = quote.Contains(' ', StringComparison.Ordinal),
            Excerpt = redaction.Sentence(quote, LongestExcerpt),
        };
    }
}
