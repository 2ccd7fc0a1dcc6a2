namespace MetaKube.Investigations;

/// <summary>Ignores the steps of an investigation.</summary>
public sealed class SilentSteps : IProgress<InvestigationStep>
{
    public static readonly SilentSteps Instance = new();

    public void Report(InvestigationStep value) { }
}
