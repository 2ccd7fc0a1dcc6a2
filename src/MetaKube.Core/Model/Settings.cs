namespace MetaKube.Model;

/// <summary>
/// The settings of the objects around a target at one time. Comparing two of them shows what people changed.
/// </summary>
/// <param name="Objects">Fields that people set by object, as path and value; without the values of Secrets.</param>
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
            if (Describe(old, fields) is { } description)
                changes.Add(new(resource, description));
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

    /// <summary>The changed fields of one object, or null if none has changed.</summary>
    private static string? Describe(
        IReadOnlyDictionary<string, string> before,
        IReadOnlyDictionary<string, string> after
    )
    {
        var changed = before
            .Keys.Union(after.Keys)
            .Where(path => before.GetValueOrDefault(path) != after.GetValueOrDefault(path))
            .Order(StringComparer.Ordinal)
            .ToList();
        if (changed.Count == 0)
            return null;
        string ValueOf(IReadOnlyDictionary<string, string> fields, string path) =>
            fields.GetValueOrDefault(path) ?? "null";
        var named = changed
            .Take(FieldsNamed)
            .Select(path => $"{path}: {ValueOf(before, path)} → {ValueOf(after, path)}");
        var more = changed.Count > FieldsNamed ? $" and {changed.Count - FieldsNamed} more" : "";
        return string.Join(", ", named) + more;
    }
}
