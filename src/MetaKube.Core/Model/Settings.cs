namespace MetaKube.Model;

/// <summary>
/// What can be set on the objects around a target, at one moment: by comparing two moments it shows what somebody
/// changed.
/// </summary>
/// <param name="Objects">By object the fields that people set, as path and value; values of Secrets are not among
/// them.</param>
/// <param name="Kinds">The kinds that were read completely; of others nothing can be said to be gone.</param>
public sealed record Settings(
    IReadOnlyDictionary<ResourceRef, IReadOnlyDictionary<string, string>> Objects,
    IReadOnlySet<string> Kinds
)
{
    /// <summary>Fields of one object that are named; a change of more is summed up.</summary>
    private const int FieldsNamed = 3;

    /// <summary>What is different in <paramref name="after"/>, one entry for each object.</summary>
    public static IReadOnlyList<SettingChange> Between(Settings before, Settings after)
    {
        var changes = new List<SettingChange>();
        foreach (var (resource, fields) in after.Objects)
        {
            if (!before.Objects.TryGetValue(resource, out var old))
            {
                if (before.Kinds.Contains(resource.Kind))
                    changes.Add(new(resource, "was created"));
                continue;
            }
            var differing = old
                .Keys.Union(fields.Keys)
                .Where(path => old.GetValueOrDefault(path) != fields.GetValueOrDefault(path))
                .Order(StringComparer.Ordinal)
                .ToList();
            if (differing.Count == 0)
                continue;
            var named = string.Join(
                ", ",
                differing
                    .Take(FieldsNamed)
                    .Select(path =>
                        $"{path}: {old.GetValueOrDefault(path) ?? "null"} → {fields.GetValueOrDefault(path) ?? "null"}"
                    )
            );
            changes.Add(
                new(
                    resource,
                    $"{named}{(differing.Count > FieldsNamed ? $" and {differing.Count - FieldsNamed} more" : "")}"
                )
            );
        }
        changes.AddRange(
            before
                .Objects.Keys.Where(resource =>
                    after.Kinds.Contains(resource.Kind) && !after.Objects.ContainsKey(resource)
                )
                .Select(resource => new SettingChange(resource, "was deleted"))
        );
        return changes;
    }
}

/// <summary>One object that somebody changed, and how.</summary>
public sealed record SettingChange(ResourceRef Resource, string Says)
{
    public override string ToString() => $"{Resource} {Says}";
}
