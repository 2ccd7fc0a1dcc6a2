using MetaKube.Cluster.Inspectors;
using MetaKube.Cluster.Objects;
using MetaKube.Fakes;
using MetaKube.Model;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class InspectorRegistryTests
{
    private sealed class Broken : IInspector
    {
        public InspectionResult Inspect(InspectionContext context) =>
            throw new InvalidOperationException("password=hunter22 is missing");
    }

    [Fact]
    public void Every_inspector_is_registered_once()
    {
        var inspectors = typeof(IInspector)
            .Assembly.GetTypes()
            .Where(type => type.IsClass && typeof(IInspector).IsAssignableFrom(type));
        InspectorRegistry
            .All.Select(inspector => inspector.GetType().Name)
            .Order()
            .ShouldBe(inspectors.Select(type => type.Name).Order());
    }

    [Fact]
    public void An_inspector_that_throws_becomes_a_redacted_gap_and_the_others_go_on()
    {
        var given = Given.Pod("shop/web").CrashLooping();
        var report = InspectorRegistry.Run(given.Context, [new Broken(), new ContainerInspector()]);
        report.Findings.ShouldNotBeEmpty();
        var gap = report.Gaps.ShouldHaveSingleItem();
        gap.What.ShouldBe("Broken");
        gap.Why.ShouldContain("is missing");
        gap.Why.ShouldNotContain("hunter22");
    }

    [Fact]
    public void Findings_are_numbered_and_equal_ones_are_dropped()
    {
        var given = Given.Pod("shop/web").CrashLooping();
        var once = InspectorRegistry.Run(given.Context, [new ContainerInspector()]).Findings;
        var twice = InspectorRegistry.Run(given.Context, [new ContainerInspector(), new ContainerInspector()]).Findings;
        once.Select(finding => finding.Id).ShouldBe(["f1", "f2"]);
        twice.Count.ShouldBe(once.Count);
    }

    /// <summary>
    /// Over the recorded dumps: no inspector changes its input, and the results do not depend on the order.
    /// </summary>
    [Fact]
    public async Task Inspectors_change_nothing_and_their_order_does_not_matter()
    {
        foreach (var scenario in Scenario.LoadAll().Where(scenario => Directory.Exists(scenario.Dump)))
        {
            var snapshot = await ReadAsync(scenario.Dump);
            var (forward, backward) = (
                new InspectionContext(snapshot, ResourceTopology.Build(snapshot), scenario.Resource),
                new InspectionContext(snapshot, ResourceTopology.Build(snapshot), scenario.Resource)
            );
            var edges = EdgesOf(forward);
            var gaps = snapshot.Gaps.Count;
            var first = InspectorRegistry.Run(forward);
            var second = InspectorRegistry.Run(backward, InspectorRegistry.All.Reverse());
            Comparable(second).ShouldBe(Comparable(first), scenario.Name);
            second.Edges.ToHashSet().SetEquals(first.Edges).ShouldBeTrue(scenario.Name);
            EdgesOf(forward).ShouldBe(edges, scenario.Name);
            snapshot.Gaps.Count.ShouldBe(gaps, scenario.Name);
            first.Gaps.ShouldBeEmpty(scenario.Name);
        }
    }

    private static IEnumerable<string> Comparable(InspectionReport report) =>
        report
            .Findings.Select(finding => $"{finding.Fault} {finding.Resource} {finding.Summary} {finding.Source}")
            .Order(StringComparer.Ordinal);

    private static List<string> EdgesOf(InspectionContext context) =>
        [
            .. context
                .Snapshot.Everything.Select(item => item.Ref)
                .SelectMany(from =>
                    context.Topology.DependenciesOf(from).Select(edge => $"{from} {edge.Relation} {edge.To}")
                ),
        ];

    private static async Task<ClusterSnapshot> ReadAsync(string folder)
    {
        var snapshot = new ClusterSnapshot("dump");
        foreach (var file in Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories))
        {
            await using var stream = File.OpenRead(file);
            var name = Path.GetRelativePath(folder, file).Replace('\\', '/');
            await ObjectReader.ReadJsonAsync(
                snapshot,
                stream,
                name,
                name.Split('/') is [var ns, _] ? ns : null,
                TestContext.Current.CancellationToken
            );
        }
        foreach (var file in Directory.EnumerateFiles(folder, "*.log", SearchOption.AllDirectories))
            if (Path.GetRelativePath(folder, file).Replace('\\', '/').Split('/') is [var ns, var pod, var log])
            {
                var container = log[..^4].Replace(".previous", "", StringComparison.Ordinal);
                var previous = log.Contains(".previous", StringComparison.Ordinal);
                snapshot.Logs[new(ns, pod, container, previous)] = await File.ReadAllTextAsync(file);
            }
        snapshot.Now = snapshot.LatestTime() ?? DateTimeOffset.UnixEpoch;
        return snapshot;
    }
}
