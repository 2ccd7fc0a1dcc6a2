namespace MetaKube.Faults;

/// <summary>A condition with the signs that it belongs to.</summary>
internal sealed record IndexedCondition(Signs Signs, FailureCondition Condition);
