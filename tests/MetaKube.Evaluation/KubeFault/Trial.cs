using MetaKube.Fakes;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using Microsoft.Extensions.Time.Testing;

namespace MetaKube.Evaluation.KubeFault;

/// <summary>Which part is switched off.</summary>
internal enum Arm
{
    Full,
    NoPatterns,
    NoCalibration,
    NoController,
    NoGraph,
    MemoryOff,
}

/// <summary>A bot with a memory of its own that is asked and taught, an hour of its time for each case.</summary>
internal sealed class Trial
{
    private const int ConsolidateEvery = 50;

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly MemoryStorage storage = MemoryStorage.InProcess();
    private readonly EpisodicMemory memory;
    private readonly Arm arm;
    private readonly Investigator investigator;
    private int taught;

    public Trial(Arm arm, int seed, double explorationRate = 0.1)
    {
        this.arm = arm;
        var random = new Random(seed);
        memory = new(storage, new(), time);
        investigator = new(
            _ => Task.FromResult(arm == Arm.MemoryOff ? new(MemoryStorage.InProcess(), new(), time) : memory),
            new(explorationRate, random.NextDouble),
            new(null),
            TimeProvider.System
        );
    }

    public Task<MemoryState> StateAsync() => memory.StateAsync(default);

    public async Task<int> PatternsAsync() => (await memory.ListPatternsAsync(default)).Count;

    public Task<Investigation> AskAsync(Posed posed)
    {
        var evidence = arm == Arm.NoGraph ? WithoutGraph(posed.Evidence) : posed.Evidence;
        return investigator.InvestigateAsync(
            new GivenEvidence(evidence),
            posed.Case.Symptom,
            arm == Arm.NoController ? Pathway.Intuitive : null,
            SilentSteps.Instance,
            default
        );
    }

    /// <summary>Keeps the investigation, and what a person says of it, if anything.</summary>
    public async Task TeachAsync(Investigation investigation, Feedback? vote)
    {
        time.Advance(TimeSpan.FromHours(1));
        if (arm == Arm.MemoryOff)
            return;
        await memory.RememberAsync(investigation.ToAnsweredCase(), default);
        if (vote is not null)
            await memory.LearnAsync(investigation.Id, "person", vote with { At = time.GetUtcNow() }, default);
        if (++taught % ConsolidateEvery == 0)
            await ConsolidateAsync();
    }

    public async Task ConsolidateAsync()
    {
        if (arm == Arm.MemoryOff)
            return;
        var state = (await memory.ConsolidateAsync(SilentProgress.Instance, default))!.State;
        if (arm == Arm.NoPatterns)
            await memory.ForgetPatternsAsync(default);
        if (arm == Arm.NoCalibration)
            await storage.State.SaveAsync(
                state with
                {
                    Calibration = Calibration.Prior,
                    Controller = ThresholdAdaptation.Replay(await memory.ListAsync(default), Calibration.Prior),
                },
                default
            );
    }

    /// <summary>The truth, as the person who solved it would tell it.</summary>
    public static Feedback Truth(Investigation investigation, string fault) =>
        investigation.Diagnosis.Fault == fault
            ? new(FeedbackKind.Fixed, null, null, default)
            : new(FeedbackKind.Wrong, fault, null, default);

    /// <summary>
    /// Keeps the owner references only: no edge from a Service to its pods, from a pod to its node, volume or
    /// dependency.
    /// </summary>
    private static Evidence WithoutGraph(Evidence evidence)
    {
        var bare = new Topology();
        foreach (var resource in evidence.Findings.Select(finding => finding.Resource.Object).Distinct())
            if (evidence.Topology.Controller(resource) is var top && top != resource)
                bare.Add(top, resource, Relation.Manages);
        return evidence with { Topology = bare };
    }
}

/// <summary>A case with its evidence, which does not depend on memory and is gathered once.</summary>
internal sealed record Posed(KubeFaultCase Case, Evidence Evidence)
{
    public static async Task<Posed> OfAsync(KubeFaultCase known) =>
        new(known, await known.CollectAsync(known.Symptom, SilentProgress.Instance, default));
}

/// <summary>The answer of one arm to one case.</summary>
internal sealed record Answered(Posed Posed, Investigation Investigation, Checklist Marks)
{
    public bool IsRight => Investigation.Diagnosis.Fault == Posed.Case.Fault;

    public bool IsFast => Investigation.Pathway == Pathway.Intuitive;

    public bool? IsMemoryRight => Investigation.Recollection.Best is { } best ? best.Fault == Posed.Case.Fault : null;

    public static Answered Of(Posed posed, Investigation investigation) =>
        new(posed, investigation, Checklist.Of(posed.Case, posed.Evidence, investigation.Diagnosis));
}
