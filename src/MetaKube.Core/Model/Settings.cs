namespace MetaKube.Model;

/// <summary>
/// The settings of the objects around a target at one time. Comparing two of them shows what people changed.
/// </summary>
/// <param name="Objects">Fields that people set by object, as path and value; without the values of
/// Secrets.</param>
/// <param name="Kinds">The kinds that were read completely; only objects of these can count as deleted.</param>
public sealed record Settings(
    IReadOnlyDictionary<ResourceRef, IReadOnlyDictionary<string, string>> Objects,
    IReadOnlySet<string> Kinds
)
{
    /// <summary>Changed fields of one object that are named; the others are counted.</summary>
    private const int FieldsNamed = 3;

    /// <summary>The differences, one entry for each object.</summary>
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

/// <summary>A changed object and a description of the change.</summary>
public sealed record SettingChange(ResourceRef Resource, string Description)
{
    public override string ToString() => $"{Resource} {Description}";
}
