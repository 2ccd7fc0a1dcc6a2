namespace MetaKube.Evaluation.Redaction;

/// <summary>How much of a planted secret is left in a redacted text.</summary>
public enum Leak
{
    None,
    Half,
    Whole,
}
