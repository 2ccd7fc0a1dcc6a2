using k8s.Models;

namespace MetaKube.Cluster.Objects;

/// <summary>Label selectors as Kubernetes evaluates them.</summary>
internal static class Selectors
{
    public static bool Matches(IDictionary<string, string>? selector, IDictionary<string, string>? labels) =>
        selector is { Count: > 0 }
        && selector.All(pair =>
            labels is not null && labels.TryGetValue(pair.Key, out var value) && value == pair.Value
        );

    /// <summary>An empty selector selects all, none at all selects nothing.</summary>
    public static bool Matches(V1LabelSelector? selector, IDictionary<string, string>? labels)
    {
        if (selector is null)
            return false;
        if (selector.MatchLabels is { Count: > 0 } equal && !Matches(equal, labels))
            return false;
        return (selector.MatchExpressions ?? []).All(expression =>
        {
            string? value = null;
            var has = labels is not null && labels.TryGetValue(expression.Key, out value);
            return expression.OperatorProperty switch
            {
                "In" => has && expression.Values.Contains(value!),
                "NotIn" => !has || !expression.Values.Contains(value!),
                "Exists" => has,
                "DoesNotExist" => !has,
                _ => false,
            };
        });
    }

    public static string Format(IEnumerable<KeyValuePair<string, string>> labels) =>
        string.Join(",", labels.Select(pair => $"{pair.Key}={pair.Value}"));
}
