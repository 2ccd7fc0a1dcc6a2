using System.Text.Json;
using MetaKube.Chat;
using MetaKube.Model;

namespace MetaKube.Tests.Chat;

public sealed class AnswerViewTests
{
    private static readonly Signal Warning = new()
    {
        Id = "s1",
        Kind = SignalKind.Event,
        Resource = new("Pod", "shop", "checkout-7d9"),
        Source = "event FailedFrobnicate",
        Summary = "an event warns",
        Quote = "expect exactly one frob",
        Excerpt = "expect exactly one frob",
        Strength = 0.7,
        Count = 17,
    };

    /// <summary>The sections of an answer that names a cause: signals are for those that name none.</summary>
    private static AnswerSectionKind[] OfACause =>
        [.. Enum.GetValues<AnswerSectionKind>().Where(kind => kind != AnswerSectionKind.Signals)];

    [Fact]
    public void An_answer_that_names_no_cause_shows_the_strongest_signs_and_the_next_steps()
    {
        var view = Undecided(Warning, Warning with { Quote = "weak", Strength = 0.2 });
        view.Verdict.ShouldBe("I cannot tell yet why checkout in shop cannot start");
        view.Summary.Select(section => section.Kind)
            .ShouldBe([AnswerSectionKind.Changes, AnswerSectionKind.Signals, AnswerSectionKind.Fix]);
        view.Summary.ElementAt(1).Lines.Single().Text.ShouldBe("an event warns 17 times: \"expect exactly one frob\"");
        var signs = view.Sections.Single(section => section.Kind == AnswerSectionKind.Signals);
        signs.Title.ShouldBe("The strongest signs");
        var line = signs.Lines.ShouldHaveSingleItem();
        line.Text.ShouldBe("Pod shop/checkout-7d9: an event warns (event FailedFrobnicate, 17 times)");
        line.Verbatim.ShouldBe(["expect exactly one frob"]);
        view.Sections.Single(section => section.Kind == AnswerSectionKind.Fix).Title.ShouldBe("Next steps");
    }

    [Fact]
    public void Weak_signals_alone_are_remarks_and_a_sign_that_is_a_finding_already_is_not_repeated()
    {
        Undecided(Warning with { Strength = 0.2 })
            .Sections.Single(section => section.Kind == AnswerSectionKind.Signals)
            .Title.ShouldBe("Remarks");
        Undecided(Warning with { Quote = SampleAnswer.Investigation.Diagnosis.Findings[0].Quote })
            .Sections.ShouldNotContain(section => section.Kind == AnswerSectionKind.Signals);
    }

    [Fact]
    public void An_answer_that_memory_does_not_keep_asks_for_no_feedback() =>
        Verbs(
                AnswerView.Of(
                    SampleAnswer.Investigation with
                    {
                        IsKept = false,
                        Diagnosis = SampleAnswer.Investigation.Diagnosis with { Fault = Diagnosis.Unknown },
                    }
                )
            )
            .ShouldBe("details deeper");

    [Fact]
    public void Where_only_names_could_be_compared_no_incident_is_called_similar()
    {
        var nameless = SampleAnswer.Investigation with
        {
            Signature = new(new Dictionary<string, double>(), new HashSet<string>()),
        };
        AnswerView
            .Of(nameless)
            .Sections.ShouldNotContain(section => section.Kind == AnswerSectionKind.SimilarIncidents);
        InvestigationReport.Of(nameless).Recollection.Episodes.ShouldBeEmpty();
        InvestigationReport.Of(SampleAnswer.Investigation).Recollection.Episodes.ShouldNotBeEmpty();
    }

    private static AnswerView Undecided(params Signal[] signals)
    {
        var sample = SampleAnswer.Investigation;
        return AnswerView.Of(
            sample with
            {
                Signals = signals,
                Diagnosis = sample.Diagnosis with { Fault = Diagnosis.Unknown },
            }
        );
    }

    [Fact]
    public void Every_section_comes_in_the_one_order() =>
        SampleAnswer.View.Sections.Select(section => section.Kind).ShouldBe(OfACause, ignoreOrder: false);

    [Fact]
    public void The_verdict_says_in_words_what_is_wrong_with_which_object()
    {
        var view = SampleAnswer.View;
        view.Verdict.ShouldBe("checkout in shop cannot start: Secret checkout-db does not exist");
        view.Cause.ShouldBeNull();
        view.SmallPrint.ShouldBe("almost certain · config.missing-secret · prod");
        view.Reference.ShouldBe("config.missing-secret · 96 % · 261127-aaaaaaaaaa");
        Of(Diagnosis.None).Verdict.ShouldBe("checkout in shop looks healthy");
    }

    [Theory]
    [InlineData("config.missing-secret", "fixed wrong details deeper what")]
    [InlineData(Diagnosis.Unknown, "details deeper what")]
    [InlineData(Diagnosis.None, "wrong details deeper what")]
    public void The_buttons_fit_the_verdict(string fault, string verbs)
    {
        Verbs(Of(fault)).ShouldBe(verbs);
        Verbs(Of(fault) with { OffersChange = true }).ShouldBe($"propose {verbs}");
    }

    [Fact]
    public void A_change_is_no_evidence_and_citations_count_both()
    {
        var sections = SampleAnswer.View.Sections.ToDictionary(section => section.Kind);
        sections[AnswerSectionKind.Changes].Lines.Single().Text.ShouldContain("revision 4 was rolled out");
        sections[AnswerSectionKind.Changes].Lines.Single().Citation.ShouldBe(1);
        sections[AnswerSectionKind.Evidence].Lines[0].Verbatim.ShouldBe(["secret \"checkout-db\" not found"]);
        sections[AnswerSectionKind.Evidence].Lines[0].Citation.ShouldBe(2);
    }

    [Fact]
    public void An_earlier_incident_is_linked_and_left_out_for_those_who_may_not_see_it()
    {
        var link = new Uri("https://fake.slack.com/archives/C1/p1");
        var links = new Dictionary<string, Uri> { ["261124-bbbbbbbbbb"] = link };
        var line = AnswerView
            .Of(SampleAnswer.Investigation, links: links)
            .Sections.Single(section => section.Kind == AnswerSectionKind.SimilarIncidents)
            .Lines.Single();
        line.Incident.ShouldBe("261124-bbbbbbbbbb");
        line.Link.ShouldBe(link);
        line.Text.ShouldBe(
            "2026-11-24, 92 % similar: a referenced Secret does not exist; fixed: \"created it from the vault\""
        );
        AnswerView
            .Of(SampleAnswer.Investigation, resource => resource != SampleAnswer.Deployment)
            .Sections.ShouldNotContain(section => section.Kind == AnswerSectionKind.SimilarIncidents);
    }

    [Fact]
    public void Details_are_left_out_first_and_the_fix_last()
    {
        var dropped = new List<AnswerSectionKind>();
        for (var view = SampleAnswer.View; view.Shortened() is { } shorter; view = shorter)
            dropped.Add(view.Sections.Except(shorter.Sections).Single().Kind);
        dropped.Count.ShouldBe(OfACause.Length);
        dropped.Take(8).ShouldAllBe(kind => kind > AnswerSectionKind.OtherProblems);
        dropped[^1].ShouldBe(AnswerSectionKind.Fix);
    }

    [Fact]
    public void It_is_the_same_after_it_was_stored()
    {
        var view = AnswerView
            .Of(
                SampleAnswer.Investigation,
                links: new Dictionary<string, Uri> { ["261124-bbbbbbbbbb"] = new("https://fake.slack.com/p1") }
            )
            .WithNotes(SampleAnswer.Notes) with
        {
            OffersChange = true,
        };
        var json = JsonSerializer.Serialize(view, ConversationJson.Default.AnswerView);
        var read = JsonSerializer.Deserialize(json, ConversationJson.Default.AnswerView)!;
        read.Sections.Select(section => section.Kind).ShouldBe(OfACause);
        read.Buttons.Buttons.ShouldBe(view.Buttons.Buttons);
        JsonSerializer.Serialize(read, ConversationJson.Default.AnswerView).ShouldBe(json);
    }

    [Fact]
    public void A_report_that_was_stored_without_its_view_still_has_the_sections_that_it_holds()
    {
        var view = AnswerView.Of(InvestigationReport.Of(SampleAnswer.Investigation));
        view.Verdict.ShouldBe(SampleAnswer.View.Verdict);
        view.Sections.Select(section => section.Kind)
            .ShouldBe([
                AnswerSectionKind.Fix,
                AnswerSectionKind.Runbook,
                AnswerSectionKind.OtherProblems,
                AnswerSectionKind.Evidence,
                AnswerSectionKind.Explanation,
                AnswerSectionKind.Chain,
                AnswerSectionKind.Alternatives,
                AnswerSectionKind.LooksLike,
                AnswerSectionKind.Prevention,
                AnswerSectionKind.Gaps,
            ]);
    }

    private static AnswerView Of(string fault)
    {
        var sample = SampleAnswer.Investigation;
        return AnswerView.Of(sample with { Diagnosis = sample.Diagnosis with { Fault = fault } });
    }

    private static string Verbs(AnswerView view) =>
        string.Join(' ', view.Buttons.Buttons.Select(button => button.Verb));
}
