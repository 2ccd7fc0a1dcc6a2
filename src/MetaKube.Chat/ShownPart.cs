namespace MetaKube.Chat;

/// <summary>A part of the evidence that a person asks to see.</summary>
public enum ShownPart
{
    Logs,
    Events,
    Object,
    Pods,
    Metrics,
    Neighbours,
}
