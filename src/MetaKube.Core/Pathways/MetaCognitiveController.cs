using MetaKube.Memory;

namespace MetaKube.Pathways;

/// <summary>Decides whether memory is to be trusted with the answer (paper, section 3.3).</summary>
public static class MetaCognitiveController
{
    /// <summary>τ0 of Eq 9.</summary>
    public const double InitialThreshold = 0.75;

    /// <summary>Intuitive if and only if C(M*) > τ (Eq 9, strict); a pathway that the asker chose is taken as it is.</summary>
    public static Pathway Choose(Recollection recollection, Pathway? chosen) =>
        chosen ?? (recollection.Confidence > recollection.Threshold ? Pathway.Intuitive : Pathway.Analytical);
}
