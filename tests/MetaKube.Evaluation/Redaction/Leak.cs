namespace MetaKube.Evaluation.Redaction;

/// <summary>The part of a planted secret that is left in a redacted text.</summary>
public enum Leak
{
    None,
    Half,
    Whole,
}
