using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Tests.Faults;

public sealed class KnowledgeLibraryTests
{
    private const string Minimal = """
        component: Store
        failures:
          - id: store-locked
            title: The store is locked
            when:
              all:
                - image: store
              any:
                - says: could not lock {file} for writing
                - event: the volume is locked by {owner}
                  reason: FailedMount
              none:
                - exit: 0
            cause: "{file} is locked"
            why: Another process holds the lock.
            checks:
              - kubectl -n {namespace} get pods
            fix:
              - do: Stop the other pod.
                risk: low
            prevention: [Run one replica.]
            category: configuration
            examples:
              fires:
                - ["log: could not lock /data for writing", "image: store:1"]
              misses:
                - ["log: lock taken", "image: store:1"]
        """;

    private static readonly KnowledgeLibrary Library = new(new KnowledgeReader("store.yaml").Read(Minimal));

    private static readonly ResourceRef Pod = new("Pod", "shop", "store-0");

    private static Observation Log(string text, ResourceRef? at = null) => new(ObservationKind.Log, at, "log", text);

    private static Observation Image(string text, ResourceRef? at = null) =>
        new(ObservationKind.Image, at, "image", text);

    private static IReadOnlyList<FailureMatch> Match(params Observation[] observations) =>
        Library.Match(observations, resource => resource.Object);

    [Fact]
    public void A_failure_is_found_where_all_its_conditions_hold()
    {
        var match = Match(Log("E: could not lock /data/db for writing", Pod), Image("docker.io/acme/store:2", Pod))
            .ShouldHaveSingleItem();
        match.Failure.Fault.Code.ShouldBe("known.store-locked");
        match.Slots["file"].ShouldBe("/data/db");
        match.Decisive.Resource.ShouldBe(Pod);
    }

    [Fact]
    public void Text_of_no_known_object_does_not_take_the_image_of_another() =>
        Match(Log("could not lock /data/db for writing"), Image("store", Pod)).ShouldBeEmpty();

    [Fact]
    public void Text_of_no_known_object_counts_for_every_workload() =>
        Match(Log("could not lock /data for writing"), Log("could not lock /a for writing", Pod), Image("store", Pod))
            .ShouldHaveSingleItem()
            .Decisive.Resource.ShouldBe(Pod);

    [Fact]
    public void Conditions_of_one_failure_have_to_hold_at_one_workload() =>
        Match(Log("could not lock /a for writing", Pod), Image("store", Pod with { Name = "other" })).ShouldBeEmpty();

    [Fact]
    public void A_reason_restricts_an_event()
    {
        Observation Event(string reason) =>
            new(ObservationKind.Event, Pod, $"event {reason}", "the volume is locked by node-2") { Qualifier = reason };
        Match(Event("FailedMount"), Image("store", Pod)).ShouldHaveSingleItem();
        Match(Event("Mounted"), Image("store", Pod)).ShouldBeEmpty();
    }

    [Fact]
    public void What_may_not_hold_excludes_it() =>
        Match(
                Log("could not lock /a for writing", Pod),
                Image("store", Pod),
                new(ObservationKind.Exit, Pod, "exitCode", "0")
            )
            .ShouldBeEmpty();

    [Theory]
    [InlineData("category: configuration", "category: weather", "line 22, column 15: 'weather' is no category")]
    [InlineData("says: could", "sings: could", "'sings' is no condition")]
    [InlineData("risk: low", "risk: none", "'none' is no risk")]
    [InlineData("    cause: \"{file} is locked\"\n", "", "'cause' is missing")]
    [InlineData("title: The", "titel: The", "'titel' is no field")]
    [InlineData("says: could not lock {file} for writing", "says: locked", "at least 8 characters")]
    [InlineData("component: Store", "component: [", "store.yaml is no YAML")]
    public void A_file_with_a_mistake_is_refused_with_its_line(string right, string wrong, string error) =>
        Should
            .Throw<KnowledgeFormatException>(() =>
                new KnowledgeReader("store.yaml").Read(Minimal.Replace(right, wrong, StringComparison.Ordinal))
            )
            .Message.ShouldContain(error);

    [Fact]
    public void An_id_is_unique() =>
        Should.Throw<KnowledgeFormatException>(() => new KnowledgeLibrary([.. Library.All, .. Library.All]));
}
