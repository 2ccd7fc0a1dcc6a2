using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Investigations;

/// <summary>A step of an investigation, for people who follow it.</summary>
public abstract record InvestigationStep
{
    /// <summary>One line of our own text and names of objects.</summary>
    public abstract string Description { get; }

    /// <summary>True if the step stays visible in a thread; otherwise it is shown only while it lasts.</summary>
    public virtual bool IsNotable => true;

    /// <summary>Evidence is being collected.</summary>
    public sealed record Collecting(string What) : InvestigationStep
    {
        public override string Description => What;
        public override bool IsNotable => false;
    }

    /// <summary>Evidence was collected.</summary>
    public sealed record Collected(int Findings, int Gaps) : InvestigationStep
    {
        public override string Description =>
            $"found {Count(Findings, "abnormal fact")}"
            + (Gaps == 0 ? "" : $"; {Count(Gaps, "thing")} could not be read");
    }

    /// <summary>Memory was searched, and the controller chose a pathway.</summary>
    public sealed record Recalled(int Memories, double Confidence, Pathway Pathway, string Why) : InvestigationStep
    {
        public override string Description =>
            (Memories == 0 ? "" : $"memory knows {Count(Memories, "case")} to compare; ")
            + (Pathway == Pathway.Intuitive ? "answering from memory" : "working it out from the evidence")
            + $" ({Why})";
    }

    /// <summary>A hypothesis was scored.</summary>
    /// <param name="Fault">The hypothetical cause.</param>
    /// <param name="Resource">The resource at fault.</param>
    /// <param name="Score">The support by the evidence, 0 to 1.</param>
    public sealed record Tested(Fault Fault, ResourceRef Resource, double Score) : InvestigationStep
    {
        public override string Description =>
            Score switch
            {
                >= 0.75 => $"{Fault.Code} at {Resource}: the evidence supports it",
                >= 0.4 => $"{Fault.Code} at {Resource}: possible",
                _ => $"{Fault.Code} at {Resource}: weak",
            };
    }

    /// <summary>A model was asked.</summary>
    public sealed record Reasoning(string Model, int Turn) : InvestigationStep
    {
        public override string Description => $"asking {Model}{(Turn == 1 ? "" : $" (turn {Turn})")}";
        public override bool IsNotable => Turn == 1;
    }

    /// <summary>More evidence was read at the model's request.</summary>
    public sealed record Asked(EvidenceRequest Request, int NewFindings) : InvestigationStep
    {
        public override string Description =>
            NewFindings == 0 ? $"{Request}" : $"{Request}: {Count(NewFindings, "new finding")}";
    }

    /// <summary>The model's choice was weighed.</summary>
    public sealed record Judged(ModelPart Model) : InvestigationStep
    {
        public override string Description => Model.Description;
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
