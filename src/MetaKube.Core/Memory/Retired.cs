namespace MetaKube.Memory;

/// <summary>The sums of a pattern's episodes that were forgotten because of the capacity.</summary>
/// <param name="Count">Their number.</param>
/// <param name="Sum">The sum of their vectors; empty without any.</param>
/// <param name="Supports">The sum of their observations by fault.</param>
public sealed record Retired(int Count, float[] Sum, IReadOnlyDictionary<string, Support> Supports)
{
    public static readonly Retired None = new(0, [], new Dictionary<string, Support>());

    public bool Equals(Retired? other) =>
        other is not null
        && Count == other.Count
        && Sum.AsSpan().SequenceEqual(other.Sum)
        && Support.AreEqual(Supports, other.Supports);

    public override int GetHashCode() => Count;
}
