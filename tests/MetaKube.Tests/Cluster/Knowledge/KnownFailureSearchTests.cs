using MetaKube.Cluster.Knowledge;
using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Signals;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Tests.Cluster.Knowledge;

public sealed class KnownFailureSearchTests
{
    private const string Yaml = """
        component: Store
        failures:
          - id: store-locked
            title: The store is locked
            when:
              any:
                - says: could not lock {file} for writing
                - event: the store is held by {file}
                  reason: FailedFrobnicate
            cause: the file {file} is locked
            why: Another process holds the lock.
            checks:
              - kubectl get pods
            fix:
              - do: Stop the other pod.
                risk: low
            prevention: [Run one replica.]
            category: configuration
            weight: 0.9
        """;

    private static readonly KnowledgeLibrary Library = new(new KnowledgeReader("store.yaml").Read(Yaml));

    private static IReadOnlyList<Finding> In(Given given) => Find(given, null, "").Findings;

    private static KnowledgeFound Find(
        Given given,
        ResourceRef? asked,
        string question,
        Finding? inspected = null,
        KnowledgeLibrary? library = null
    )
    {
        var topology = ResourceTopology.Build(given.Snapshot);
        return new KnownFailureSearch(library ?? Library, given.Snapshot, topology).Find(
            asked,
            question,
            RawSignals.Read(given.Snapshot, topology),
            inspected is null ? [] : [inspected]
        );
    }

    [Fact]
    public void A_line_of_a_failed_run_names_the_failure_with_its_quote_and_container()
    {
        var finding = In(
                Given
                    .Pod("shop/store-0")
                    .Container("main")
                    .NotReady()
                    .Terminated(1)
                    .Log("starting\nE: could not lock /data/db for writing")
            )
            .ShouldHaveSingleItem();
        finding.Fault.ShouldBe("known.store-locked");
        finding.Resource.ShouldBe(new("Pod", "shop", "store-0", "main"));
        finding.Summary.ShouldBe("the file /data/db is locked");
        finding.Quote.ShouldBe("E: could not lock /data/db for writing");
        finding.Weight.ShouldBe(0.9);
        finding.Facts["file"].ShouldBe("/data/db");
    }

    [Fact]
    public void An_event_names_it_too()
    {
        var finding = In(Given.Pod("shop/web").NotReady().Event("FailedFrobnicate", "the store is held by node-2"))
            .ShouldHaveSingleItem();
        finding.Source.ShouldBe("event FailedFrobnicate");
        finding.Summary.ShouldBe("the file node-2 is locked");
    }

    [Fact]
    public void A_line_of_a_run_that_goes_well_weighs_less_and_an_old_one_nothing()
    {
        const string line = "could not lock /data/db for writing\n";
        In(Given.Pod("shop/web").Container("main").Log(line)).ShouldHaveSingleItem().Weight.ShouldBeLessThan(0.6);
        var served = string.Concat(Enumerable.Repeat("GET / 200\n", 40));
        In(Given.Pod("shop/web").Container("main").Log(line + served)).ShouldBeEmpty();
    }

    [Fact]
    public void A_secret_in_a_slot_is_redacted()
    {
        var finding = In(
                Given
                    .Pod("shop/web")
                    .Container("main")
                    .NotReady()
                    .Terminated(1)
                    .Log("could not lock postgres://bob:hunter2secret@db/x for writing")
            )
            .ShouldHaveSingleItem();
        finding.Summary.ShouldNotContain("hunter2secret");
        finding.Facts["file"].ShouldNotContain("hunter2secret");
    }

    private static Finding Inspected(string fault, double weight) =>
        new()
        {
            Fault = fault,
            Resource = new("Pod", "shop", "store-0", "main"),
            Summary = "as an inspector says it",
            Source = "log",
            Quote = "E: could not lock /data/db for writing",
            Weight = weight,
        };

    private static Finding Beside(Finding inspected)
    {
        var given = Given.Pod("shop/store-0").Container("main").NotReady().Terminated(1).Log(inspected.Quote);
        return Find(given, null, "", inspected).Findings.ShouldHaveSingleItem();
    }

    [Fact]
    public void An_inspectors_fault_from_the_same_line_stays_and_so_does_its_sentence()
    {
        var finding = Beside(Inspected("resource.volume-full", 0.8));
        finding.Fault.ShouldBe("resource.volume-full");
        finding.Knowledge.ShouldBe("store-locked");
        finding.Weight.ShouldBeLessThan(0.8);
    }

    [Fact]
    public void A_vague_fault_gives_way_to_the_words_of_the_known_failure()
    {
        var finding = Beside(Inspected("application.crash", 0.8));
        finding.Fault.ShouldBe("application.crash");
        finding.Weight.ShouldBeGreaterThan(0.8);
    }

    [Fact]
    public void A_message_that_the_question_quotes_is_told_and_weighs_less()
    {
        var given = Given.Pod("shop/store-0");
        const string question = "store-0 says \"could not lock /data for writing\", why?";
        var finding = Find(given, new("Pod", "shop", "store-0"), question)
            .Findings.ShouldHaveSingleItem();
        finding.IsTold.ShouldBeTrue();
        finding.Weight.ShouldBe(0.72, 0.001);
        finding.Summary.ShouldBe("the file /data is locked (as told in the question)");
    }

    private static readonly Runbook Book = new()
    {
        Name = "lock",
        Title = "Lock",
        Description = "Use when it is locked.",
    };

    private static IReadOnlyList<RunbookSign> SignsOf(Runbook runbook, Given given, string question = "") =>
        Find(given, null, question, library: new([], [runbook])).Runbooks;

    private static readonly Given Labelled = Given
        .Pod("shop/store-0")
        .Where(pod => pod.Metadata.Labels = new Dictionary<string, string> { ["app"] = "store", ["tier"] = "data" })
        .Container("main")
        .NotReady()
        .Terminated(1)
        .Log("E: could not lock /data/db for writing");

    [Fact]
    public void A_runbooks_signs_are_matched_as_those_of_a_failure()
    {
        var sign = SignsOf(Book with { When = Library.All[0].When }, Labelled).ShouldHaveSingleItem();
        sign.Kind.ShouldBe(RunbookSignKind.When);
        sign.Resource.ShouldBe(new("Pod", "shop", "store-0", "main"));
        sign.Quote.ShouldBe("E: could not lock /data/db for writing");
        SignsOf(Book with { When = Library.All[0].When }, Given.Pod("shop/web").Container("main").Log("ok"))
            .ShouldBeEmpty();
    }

    [Theory]
    [InlineData("app", "store", 1)]
    [InlineData("app", "stor", 0)]
    [InlineData("team", "store", 0)]
    public void A_runbooks_labels_are_those_of_a_workload(string name, string value, int signs) =>
        SignsOf(Book with { Labels = new Dictionary<string, string> { [name] = value, ["tier"] = "data" } }, Labelled)
            .Count.ShouldBe(signs);

    [Theory]
    [InlineData("StoreDown: pod store-0", 1)]
    [InlineData("[FIRING:1] storedown (shop)", 1)]
    [InlineData("StoreDownSlowly: pod store-0", 0)]
    public void A_runbooks_alert_is_named_by_the_question_as_a_whole_word(string question, int signs) =>
        SignsOf(Book with { Alerts = ["StoreDown"] }, Labelled, question).Count.ShouldBe(signs);

    [Fact]
    public void The_teams_description_of_a_line_comes_before_a_shipped_one()
    {
        var shipped = Library.All[0] with { Weight = 0.95 };
        var yaml = Yaml.Replace("store-locked", "own-lock", StringComparison.Ordinal);
        var own = new KnowledgeReader("own.yaml").Read(yaml)[0] with { IsOfTheTeam = true };
        Find(Labelled, null, "", library: new([shipped, own]))
            .Findings.MaxBy(finding => finding.Weight)!
            .Fault.ShouldBe("known.own-lock");
    }
}
