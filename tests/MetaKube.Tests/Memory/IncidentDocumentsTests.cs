using System.Text.Json;
using MetaKube.ChatOps.Memory;
using MetaKube.Faults;
using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.Tests.Memory;

public sealed class IncidentDocumentsTests
{
    private const string Postmortem = """
        # Carts lost

        **Date:** 2026-03-14

        ## What happened
        ```text
        2026-03-14T10:00:01Z ERROR session replica refuses writes: topology generation 44 older than quorum
        2026-03-14T10:00:02Z FATAL cart cannot persist basket 991, sealing partition eu-2
        ```
        ## Root cause
        - The quorum file was restored from an old backup.

        It took an hour.
        ## Resolution
        1. Removed the restored file, password=hunter2hunter2
        ## Action items
        - delete the backup
        """;

    private static async Task<Episode> EpisodeOfAsync(PastIncident incident)
    {
        var (episode, leftOut) = await IncidentEpisodes.OfAsync(
            incident,
            TimeProvider.System,
            TestContext.Current.CancellationToken
        );
        leftOut.ShouldBeNull();
        return episode!;
    }

    [Fact]
    public async Task A_postmortem_becomes_a_corrected_episode_with_its_messages_and_without_its_secrets()
    {
        var episode = await EpisodeOfAsync(IncidentDocuments.ReadMarkdown("a/carts.md", Postmortem));
        episode.Outcome.ShouldBe(Outcome.Corrected);
        episode.Open!.Words.ShouldBe("The quorum file was restored from an old backup");
        episode.Open.Source.ShouldBe("The document carts.md said on 14 Mar 2026");
        episode.Signals.Select(signal => signal.Text).ShouldContain(text => text.Contains("topology generation"));
        episode.Fix.ShouldBe("Removed the restored file, password=[redacted]");
        // The same document is the same episode.
        var again = IncidentDocuments.ReadMarkdown("b/carts.md", Postmortem);
        (await EpisodeOfAsync(again)).Id.ShouldBe(episode.Id);
    }

    [Fact]
    public void Front_matter_and_labels_are_recognised_as_well()
    {
        var incident = IncidentDocuments.ReadMarkdown(
            "r.md",
            """
            ---
            title: "Reports are stuck"
            author: Bob
            date: 2026-04-02
            ---
            Symptoms: reports stay in the queue
            **Root cause:** the template of the locale was missing
            Fix: restored the template
            """
        );
        (incident.Title, incident.By, incident.At!.Value.Month).ShouldBe(("Reports are stuck", "Bob", 4));
        incident.Symptoms.Trim().ShouldBe("reports stay in the queue");
        (incident.Cause, incident.Fix).ShouldBe(("the template of the locale was missing", "restored the template"));
    }

    [Theory]
    [InlineData("# Notes\nJust prose.")]
    [InlineData("# Down\n## Root cause\nunknown\n")]
    [InlineData("# Down\n## Root cause\nRun kubectl delete ns prod --force now\n")]
    [InlineData("# Down\n## Root cause\nthe lock was held by the old pod\n")]
    public async Task A_document_without_a_cause_or_without_symptoms_is_left_out(string text)
    {
        var incident = IncidentDocuments.ReadMarkdown("d.md", text);
        var (episode, leftOut) = await IncidentEpisodes.OfAsync(
            incident,
            TimeProvider.System,
            TestContext.Current.CancellationToken
        );
        episode.ShouldBeNull();
        leftOut.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_ticket_with_a_fault_code_teaches_that_fault()
    {
        var ticket = IncidentDocuments.ReadTicket(
            "t.jsonl, line 1",
            """
            {"title":"pod waits","logs":["Error: secret \"db\" not found"],"fault":"config.missing-secret","by":"ada"}
            """
        );
        var episode = await EpisodeOfAsync(ticket);
        (episode.Fault, episode.Open).ShouldBe(("config.missing-secret", null));
        Should.Throw<JsonException>(() => IncidentDocuments.ReadTicket("t", """{"cause":"x"}"""));
    }

    [Fact]
    public async Task A_draft_of_a_known_failure_passes_its_own_examples()
    {
        var episode = await EpisodeOfAsync(IncidentDocuments.ReadMarkdown("carts.md", Postmortem));
        var yaml = new KnowledgeDraft(episode.Id, episode.Open!, episode.Signals, "it \"was\" {odd}").ToYaml()!;
        var failure = new KnowledgeReader("draft.yaml").Read(yaml).ShouldHaveSingleItem();
        failure.Cause.ShouldBe("The quorum file was restored from an old backup");
        var library = new KnowledgeLibrary([failure]);
        foreach (var example in new KnowledgeReader("draft.yaml").ReadExamples(yaml))
            library.Match(example.Observations, resource => resource).Any().ShouldBe(example.Fires);
    }

    [Fact]
    public void Without_a_distinctive_message_there_is_no_draft() =>
        new KnowledgeDraft("e", new("x y", "cli:ada", default), [new("log", "connection refused")], null)
            .ToYaml()
            .ShouldBeNull();
}
