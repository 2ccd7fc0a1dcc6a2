using k8s.Models;
using MetaKube.Cluster.Objects;

namespace MetaKube.Tests.Cluster.Objects;

public sealed class SelectorsTests
{
    private static readonly Dictionary<string, string> Labels = new() { ["app"] = "web", ["tier"] = "front" };

    private static V1LabelSelector Expression(string key, string operation, params string[] values) =>
        new()
        {
            MatchExpressions =
            [
                new()
                {
                    Key = key,
                    OperatorProperty = operation,
                    Values = values,
                },
            ],
        };

    [Fact]
    public void All_labels_of_a_selector_have_to_match()
    {
        Selectors.Matches(new Dictionary<string, string> { ["app"] = "web" }, Labels).ShouldBeTrue();
        Selectors
            .Matches(new Dictionary<string, string> { ["app"] = "web", ["tier"] = "back" }, Labels)
            .ShouldBeFalse();
        Selectors.Matches(new Dictionary<string, string> { ["zone"] = "a" }, Labels).ShouldBeFalse();
    }

    [Fact]
    public void A_map_without_labels_selects_nothing()
    {
        Selectors.Matches(new Dictionary<string, string>(), Labels).ShouldBeFalse();
        Selectors.Matches((IDictionary<string, string>?)null, Labels).ShouldBeFalse();
    }

    [Fact]
    public void An_empty_label_selector_selects_all_and_none_at_all_selects_nothing()
    {
        Selectors.Matches(new V1LabelSelector(), Labels).ShouldBeTrue();
        Selectors.Matches((V1LabelSelector?)null, Labels).ShouldBeFalse();
    }

    [Theory]
    [InlineData("app", "In", "web", true)]
    [InlineData("app", "In", "api", false)]
    [InlineData("app", "NotIn", "api", true)]
    [InlineData("app", "NotIn", "web", false)]
    [InlineData("zone", "NotIn", "a", true)]
    [InlineData("app", "Exists", "", true)]
    [InlineData("zone", "Exists", "", false)]
    [InlineData("zone", "DoesNotExist", "", true)]
    [InlineData("app", "Unknown", "web", false)]
    public void Expressions_are_evaluated_as_Kubernetes_does(
        string key,
        string operation,
        string value,
        bool matches
    ) => Selectors.Matches(Expression(key, operation, value), Labels).ShouldBe(matches);

    [Fact]
    public void A_pod_without_labels_matches_only_negative_expressions()
    {
        Selectors.Matches(Expression("app", "Exists"), null).ShouldBeFalse();
        Selectors.Matches(Expression("app", "DoesNotExist"), null).ShouldBeTrue();
    }

    [Fact]
    public void Labels_are_written_as_kubectl_takes_them() => Selectors.Format(Labels).ShouldBe("app=web,tier=front");
}
