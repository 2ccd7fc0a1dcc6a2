using System.Globalization;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Chat;

/// <summary>The words of verdicts, faults and shares, the same in each answer.</summary>
public static class AnswerWording
{
    /// <summary>Kinds that a name alone stands for.</summary>
    private static readonly HashSet<string> Workloads = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"];

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

    /// <summary>An object as people call it: "checkout in shop", "Service checkout in shop", "Node worker-1".</summary>
    public static string NameOf(ResourceRef resource)
    {
        var name = Workloads.Contains(resource.Kind) ? resource.Name : $"{resource.Kind} {resource.Name}";
        return resource.Namespace is { Length: > 0 } ns ? $"{name} in {ns}" : name;
    }

    /// <summary>The confidence in words, which never contradict the verdict.</summary>
    public static string Certainty(Diagnosis diagnosis) =>
        (KindOf(diagnosis), diagnosis.Confidence) switch
        {
            (AnswerKind.Undetermined, _) => "not decided",
            (AnswerKind.Healthy, >= 0.85) => "as far as I can see",
            (AnswerKind.Healthy, _) => "as far as I could read",
            (_, >= 0.9) => "almost certain",
            (_, >= 0.75) => "likely",
            (_, >= 0.5) => "probable",
            _ => "a guess",
        };

    /// <summary>A share from 0 to 1 as a percentage.</summary>
    public static string Percent(double share) => $"{Math.Round(share * 100).ToString(CultureInfo.InvariantCulture)} %";

    private static string InSentence(string title) => $"{char.ToLowerInvariant(title[0])}{title[1..]}";
}
