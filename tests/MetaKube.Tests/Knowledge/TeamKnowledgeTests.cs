using MetaKube.ChatOps.Knowledge;
using MetaKube.Faults;

namespace MetaKube.Tests.Knowledge;

/// <summary>The library is one for the process: these tests do not run beside others that replace it.</summary>
[Collection(nameof(KnowledgeLibrary))]
public sealed class TeamKnowledgeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        KnowledgeLibrary.Use(KnowledgeLibrary.BuiltIn);
        folder.Dispose();
    }

    private TeamKnowledge Of(params string[] directories)
    {
        var options = new KnowledgeOptions();
        foreach (var directory in directories.DefaultIfEmpty(folder.Path))
            options.Directories.Add(directory);
        return new(options);
    }

    private void Write(string file, string id, string title = "The ledger is locked") =>
        File.WriteAllText(
            Path.Combine(folder.Path, file),
            $"""
            component: Billing
            failures:
              - id: {id}
                title: {title}
                when:
                  any:
                    - says: could not lock the ledger
                cause: another pod holds the lock
                why: Each ledger has one writer.
                checks:
                  - kubectl get pods
                fix:
                  - do: Stop the other pod.
                    risk: low
                prevention: [Run one writer.]
                category: configuration
            """
        );

    [Fact]
    public void The_teams_failures_are_in_use_beside_the_shipped_ones()
    {
        Write("billing.yaml", "billing-locked");
        var knowledge = Of();
        knowledge.Refresh().ShouldBeTrue();
        knowledge.Failures.ShouldBe(1);
        FaultCatalogue.Find("known.billing-locked")!.Title.ShouldBe("The ledger is locked");
        KnowledgeLibrary.Current.All.Count.ShouldBe(KnowledgeLibrary.BuiltIn.All.Count + 1);
    }

    [Fact]
    public void A_changed_file_is_read_again_and_an_unchanged_one_is_not()
    {
        Write("billing.yaml", "billing-locked");
        var knowledge = Of();
        knowledge.Refresh().ShouldBeTrue();
        knowledge.Refresh().ShouldBeFalse();
        Write("billing.yaml", "billing-locked", "The ledger of the team is locked");
        knowledge.Refresh().ShouldBeTrue();
        FaultCatalogue.Get("known.billing-locked").Title.ShouldBe("The ledger of the team is locked");
    }

    [Fact]
    public void A_file_with_a_mistake_is_named_and_the_others_are_in_use()
    {
        Write("billing.yaml", "billing-locked");
        File.WriteAllText(Path.Combine(folder.Path, "broken.yaml"), "component: X\nfailures:\n  - id: x\n");
        var knowledge = Of();
        knowledge.Refresh();
        knowledge.Failures.ShouldBe(1);
        knowledge.Mistakes.ShouldHaveSingleItem().ShouldContain("broken.yaml, line 3, column 5");
    }

    [Fact]
    public void A_shipped_failure_is_replaced_by_the_teams_of_the_same_id()
    {
        var shipped = KnowledgeLibrary.BuiltIn.All[0];
        Write("own.yaml", shipped.Id, "Ours");
        Of().Refresh();
        FaultCatalogue.Get(shipped.Fault.Code).Title.ShouldBe("Ours");
        KnowledgeLibrary.Current.All.Count.ShouldBe(KnowledgeLibrary.BuiltIn.All.Count);
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_named()
    {
        var missing = Path.Combine(folder.Path, "none");
        var knowledge = Of(missing);
        knowledge.Refresh();
        knowledge.Mistakes.ShouldHaveSingleItem().ShouldStartWith($"{missing} cannot be read");
    }
}
