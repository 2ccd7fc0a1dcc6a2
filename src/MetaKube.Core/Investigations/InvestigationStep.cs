using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Investigations;

/// <summary>
/// What an investigation has just done or begun to do, for people who follow it; <see cref="Concluded"/> is the last.
/// </summary>
public abstract record InvestigationStep
{
    /// <summary>In words: one line, built from our own text and the names of objects.</summary>
    public abstract string Says { get; }

    /// <summary>Whether it is worth a line of its own in a thread, or only while it lasts.</summary>
    public virtual bool IsNotable => true;

    /// <summary>Evidence is being gathered.</summary>
    public sealed record Collecting(string What) : InvestigationStep
    {
        public override string Says => What;
        public override bool IsNotable => false;
    }

    /// <summary>Evidence is there.</summary>
    public sealed record Collected(int Findings, int Gaps) : InvestigationStep
    {
        public override string Says =>
            $"found {Findings} abnormal fact{(Findings == 1 ? "" : "s")}{(Gaps == 0 ? "" : $"; {Gaps} thing{(Gaps == 1 ? "" : "s")} could not be read")}";
    }

    /// <summary>Memory has answered, and the controller chosen.</summary>
    public sealed record Recalled(int Memories, double Confidence, Pathway Pathway, string Why) : InvestigationStep
    {
        public override string Says =>
            (
                Memories == 0
                    ? "memory knows nothing like it"
                    : $"memory knows {Memories} case{(Memories == 1 ? "" : "s")} to compare"
            ) + $"; {(Pathway == Pathway.Intuitive ? "answering from memory" : "working it out")} ({Why})";
    }

    /// <summary>A hypothesis was held against the evidence.</summary>
    /// <param name="Fault">The supposed cause.</param>
    /// <param name="Resource">Where.</param>
    /// <param name="Score">How well the evidence supports it, 0 to 1.</param>
    public sealed record Tested(Fault Fault, ResourceRef Resource, double Score) : InvestigationStep
    {
        public override string Says =>
            $"{Fault.Code} at {Resource}: {(Score >= 0.75 ? "the evidence supports it" : Score >= 0.4 ? "possible" : "weak")}";
    }

    /// <summary>A model is at work.</summary>
    public sealed record Reasoning(string Model, int Turn) : InvestigationStep
    {
        public override string Says => $"asking {Model}{(Turn == 1 ? "" : $" (turn {Turn})")}";
        public override bool IsNotable => Turn == 1;
    }

    /// <summary>The model wanted to see more, and it was read.</summary>
    public sealed record Asked(EvidenceRequest Request, int NewFindings) : InvestigationStep
    {
        public override string Says =>
            $"{Request}{(NewFindings == 0 ? "" : $": {NewFindings} new finding{(NewFindings == 1 ? "" : "s")}")}";
    }

    /// <summary>What came of asking the model.</summary>
    public sealed record Judged(ModelPart Model) : InvestigationStep
    {
        public override string Says => Model.Says;
    }

    /// <summary>The end.</summary>
    public sealed record Concluded(Investigation Investigation) : InvestigationStep
    {
        public override string Says => Investigation.Diagnosis.RootCause;
        public override bool IsNotable => false;
    }
}
