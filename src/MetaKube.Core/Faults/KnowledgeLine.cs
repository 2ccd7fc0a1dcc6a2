namespace MetaKube.Faults;

/// <summary>A line of the embedded library: the properties of a known failure, its description last.</summary>
internal sealed record KnowledgeLine(
    string Id,
    string Component,
    string Origin,
    string Versions,
    string? Refines,
    string Cause,
    double Weight,
    Signs When,
    Fault Fault
)
{
    public static KnowledgeLine Of(KnownFailure failure) =>
        new(
            failure.Id,
            failure.Component,
            failure.Origin,
            failure.Versions,
            failure.Refines,
            failure.Cause,
            failure.Weight,
            failure.When,
            failure.Fault
        );
}
