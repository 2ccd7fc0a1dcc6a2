using System.Globalization;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Chat;

/// <summary>The words of verdicts, faults and shares, the same in each answer.</summary>
public static class AnswerWording
{
    /// <summary>The fault in words, as it follows a colon; a code that the catalogue lacks stays as it is.</summary>
    /// <param name="code">The fault code.</param>
    /// <param name="open">The open cause of which it is the code, or null.</param>
    public static string Fault(string code, OpenCause? open = null) =>
        code switch
        {
            _ when open is not null => $"\"{open.Words}\"",
            _ when OpenCause.Reported(code) == OpenCause.Fault => "a cause known from an earlier incident",
            Diagnosis.Unknown => "cause not determined",
            Diagnosis.None => "no problem found",
            _ => FaultCatalogue.Find(code) is { } fault ? InSentence(fault.Title) : code,
        };

    public static AnswerKind KindOf(Diagnosis diagnosis) =>
        diagnosis.Fault switch
        {
            Diagnosis.None => AnswerKind.Healthy,
            Diagnosis.Unknown => AnswerKind.Undetermined,
            _ => AnswerKind.Cause,
        };

    /// <summary>The object and what is wrong with it.</summary>
    public static string Verdict(Diagnosis diagnosis, ResourceRef? target, string cluster)
    {
        var where = (diagnosis.Resource ?? target)?.ToString() ?? $"Cluster {cluster}";
        return $"{where}: {Fault(diagnosis.Fault)}";
    }

    /// <summary>The confidence in words and as a percentage.</summary>
    public static string Certainty(Diagnosis diagnosis)
    {
        if (diagnosis.Fault == Diagnosis.Unknown)
            return "not certain";
        var words = diagnosis.Confidence switch
        {
            >= 0.9 => "almost certain",
            >= 0.75 => "likely",
            >= 0.5 => "probable",
            _ => "uncertain",
        };
        return $"{words} ({Percent(diagnosis.Confidence)})";
    }

    /// <summary>A share from 0 to 1 as a percentage.</summary>
    public static string Percent(double share) => $"{Math.Round(share * 100).ToString(CultureInfo.InvariantCulture)} %";

    private static string InSentence(string title) => $"{char.ToLowerInvariant(title[0])}{title[1..]}";
}
