using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.Tests.Memory;

public sealed class PatternFormationTests
{
    private const string Fault = "config.missing-secret",
        Other = "config.rbac-denied";

    private static Episode Of(
        string id,
        double angle,
        string? fault = Fault,
        string? failed = null,
        string cluster = "c",
        string key = "k@Deployment"
    ) =>
        new()
        {
            Id = id,
            Question = $"question {id}",
            Vector = [(float)Math.Cos(angle), (float)Math.Sin(angle), 0],
            Features = [1, 2, (uint)id.GetHashCode(StringComparison.Ordinal)],
            Keys = [key],
            Cluster = cluster,
            Answer = Fault,
            AnsweredCause = "r",
            Fault = fault ?? Fault,
            RootCause = "r",
            At = DateTimeOffset.UnixEpoch,
            Outcome = fault is null ? Outcome.Pending : Outcome.Fixed,
            Successes = fault is null ? 0 : 2,
            FailedFaults = failed is null ? [] : [failed],
            Fix = $"fix {id}",
        };

    private static IReadOnlyList<Pattern> Form(params Episode[] episodes) =>
        PatternFormation.Form(episodes, [], isShared: true);

    [Fact]
    public void Three_that_are_alike_make_a_pattern_and_two_do_not()
    {
        Form(Of("a", 0), Of("b", 0.1)).ShouldBeEmpty();
        var pattern = Form(Of("a", 0), Of("b", 0.1), Of("c", 0.2)).ShouldHaveSingleItem();
        pattern.Members.ShouldBe(["a", "b", "c"], ignoreOrder: true);
        (pattern.Fault, pattern.Supports[Fault].For, pattern.Purity).ShouldBe((Fault, 6, 1));
        pattern.Features.ShouldBe([1u, 2u]);
        pattern.Variance.ShouldBeInRange(0.001, 0.05);
    }

    [Fact]
    public void Episodes_that_are_not_alike_form_no_pattern()
    {
        Form(Of("a", 0), Of("b", 0.1), Of("c", 1.2), Of("d", 1.3)).ShouldBeEmpty();
        Form(Of("a", 0), Of("b", 0.05), Of("c", 0.1), Of("d", 1.2), Of("e", 1.25), Of("f", 1.3)).Count.ShouldBe(2);
    }

    [Fact]
    public void Other_findings_are_another_failure() =>
        Form(Of("a", 0), Of("b", 0), Of("c", 0, key: "other@Pod")).ShouldBeEmpty();

    [Fact]
    public void Episodes_without_an_outcome_take_no_part() =>
        Form(Of("a", 0), Of("b", 0), Of("c", 0, fault: null)).ShouldBeEmpty();

    [Fact]
    public void A_failed_fix_becomes_a_contraindication_and_lowers_the_reliability()
    {
        var clean = Form(Of("a", 0), Of("b", 0), Of("c", 0)).Single();
        var mixed = Form(
                Of("a", 0),
                Of("b", 0),
                Of("c", 0),
                Of("d", 0, Other, Fault),
                Of("e", 0, Other, Fault),
                Of("f", 0, Other, Fault),
                Of("g", 0, Other, Fault)
            )
            .Single();
        (mixed.Fault, mixed.FailedFaults.Count).ShouldBe((Other, 1));
        clean.Reliability.ShouldBeGreaterThan(0.85);
        mixed.Purity.ShouldBeLessThan(0.6);
    }

    [Fact]
    public void Forming_again_changes_nothing_in_whatever_order()
    {
        Episode[] episodes =
        [
            .. Enumerable.Range(0, 20).Select(i => Of($"e{i:00}", i * 0.02)),
            .. Enumerable.Range(0, 20).Select(i => Of($"f{i:00}", 1 + i * 0.02)),
        ];
        var first = PatternFormation.Form(episodes, [], true);
        var again = PatternFormation.Form(episodes.Reverse(), first, true);
        again
            .Select(pattern => (pattern.Id, string.Join(' ', pattern.Members.Order(StringComparer.Ordinal))))
            .ShouldBe(
                first.Select(pattern => (pattern.Id, string.Join(' ', pattern.Members.Order(StringComparer.Ordinal)))),
                ignoreOrder: true
            );
    }

    [Fact]
    public void A_pattern_keeps_its_id_and_its_counts_of_forgotten_episodes()
    {
        Episode[] episodes = [.. Enumerable.Range(0, 5).Select(i => Of($"e{i}", i * 0.02))];
        var pattern = PatternFormation.Form(episodes, [], true).Single();
        var retired = PatternFormation.Retire(PatternFormation.Retire(pattern, episodes[0]), episodes[1]);
        (retired.Count, retired.Retired.Count).ShouldBe((5, 2));
        var formed = PatternFormation.Form(episodes[2..], [retired], true).Single();
        (formed.Id, formed.Count, formed.Supports[Fault].For).ShouldBe((pattern.Id, 5, 10));
        // Only the sum is left, and the pattern stays.
        var alone = PatternFormation
            .Form([], [episodes[2..].Aggregate(retired, PatternFormation.Retire)], true)
            .Single();
        (alone.Id, alone.Count, alone.Fault).ShouldBe((pattern.Id, 5, Fault));
        alone.Vector.Zip(pattern.Vector, (x, y) => Math.Abs(x - y)).Max().ShouldBeLessThan(1e-5f);
    }

    [Fact]
    public void Clusters_share_patterns_only_where_memory_is_shared()
    {
        Episode[] episodes = [Of("a", 0, cluster: "one"), Of("b", 0, cluster: "one"), Of("c", 0, cluster: "two")];
        PatternFormation.Form(episodes, [], isShared: true).Single().Cluster.ShouldBeNull();
        PatternFormation.Form(episodes, [], isShared: false).ShouldBeEmpty();
    }
}
