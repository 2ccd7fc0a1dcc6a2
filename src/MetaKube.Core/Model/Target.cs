using System.Text.Json.Serialization;

namespace MetaKube.Model;

/// <summary>
/// The target of a symptom: one object, several objects that its words fit equally well, a namespace, or the whole
/// cluster. Words that name nothing never leave a symptom without a target; <see cref="Remark"/> says what was made of
/// them.
/// </summary>
public sealed record Target
{
    private const int MostNamed = 4;

    /// <summary>The object that the symptom is about; null where it is about several, a namespace or the
    /// cluster.</summary>
    public ResourceRef? Object { get; init; }

    /// <summary>
    /// The namespace to which the symptom is limited. With neither an object nor a namespace the target is the whole
    /// cluster.
    /// </summary>
    public string? Namespace { get; init; }

    /// <summary>Objects that the symptom's words fit equally well. The evidence is about all of them.</summary>
    public IReadOnlyList<ResourceRef> Candidates { get; init; } = [];

    /// <summary>A namespace that the symptom states and that does not exist; the object is in another one.</summary>
    public string? MissingNamespace { get; init; }

    /// <summary>A name among the symptom's words that no object has, redacted; null where there is none.</summary>
    public string? NotFound { get; init; }

    /// <summary>The objects whose names are nearest to <see cref="NotFound"/>, the nearest first.</summary>
    public IReadOnlyList<ResourceRef> Nearest { get; init; } = [];

    /// <summary>
    /// One or two sentences about words of the symptom that name no object, or several, and what the answer is about
    /// instead; null where the words are clear.
    /// </summary>
    [JsonIgnore]
    public string? Remark
    {
        get
        {
            if (Candidates.Count > 1)
                return $"Several objects are meant: {Listed(Candidates)}.";
            if (MissingNamespace is not null)
                return $"There is no namespace {MissingNamespace}. This is about {Object}.";
            if (NotFound is null)
                return null;
            var within = Namespace is null || Object is not null ? "" : $" in namespace {Namespace}";
            var missing = $"Nothing is called \"{NotFound}\"{within}";
            var nearest = Nearest.Count switch
            {
                0 => ".",
                1 => $"; the nearest is {Nearest[0]}.",
                _ => $"; the nearest are {Listed(Nearest)}.",
            };
            var instead = (Object, Namespace) switch
            {
                ({ } meant, _) => Nearest.Contains(meant) ? "" : $" This is about {meant}.",
                (_, { } ns) => $" This is about all of namespace {ns}.",
                _ => " This is about all that was read.",
            };
            return missing + nearest + instead;
        }
    }

    private static string Listed(IReadOnlyList<ResourceRef> objects)
    {
        var named = string.Join(", ", objects.Take(MostNamed));
        return objects.Count > MostNamed ? $"{named} and {objects.Count - MostNamed} more" : named;
    }
}
