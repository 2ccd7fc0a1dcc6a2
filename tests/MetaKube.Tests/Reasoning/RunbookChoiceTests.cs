using MetaKube.Faults;
using MetaKube.Model;
using MetaKube.Reasoning;

namespace MetaKube.Tests.Reasoning;

public sealed class RunbookChoiceTests
{
    private static readonly ResourceRef Workload = new("Deployment", "shop", "billing");

    private static readonly Runbook Plain = new()
    {
        Name = "ledger",
        Title = "Ledger",
        Description = "Use when billing cannot lock its ledger.",
    };

    private static Evidence Case(params RunbookSign[] signs) =>
        new()
        {
            Cluster = "test",
            Target = new() { Object = Workload },
            Findings = [],
            Signals =
            [
                new()
                {
                    Kind = SignalKind.Log,
                    Source = "log",
                    Summary = "an error in the log",
                    Quote = "FATAL could not lock ledger eu-1",
                    Strength = 0.8,
                },
            ],
            Topology = new(),
            Runbooks = signs,
        };

    private static IReadOnlyList<string> Fit(
        Runbook runbook,
        Evidence? evidence = null,
        string fault = "application.crash"
    ) =>
        [
            .. new RunbookChoice(new(KnowledgeLibrary.BuiltIn.All, [runbook]), evidence ?? Case())
                .For(
                    "why does billing crash",
                    new()
                    {
                        Fault = fault,
                        RootCause = "The container ends.",
                        Confidence = 0.8,
                        Resource = Workload,
                    }
                )
                .Select(match => match.Why),
        ];

    [Fact]
    public void A_description_with_the_words_of_the_case_fits_and_another_does_not()
    {
        Fit(Plain).ShouldBe(["its description fits"]);
        Fit(Plain with { Title = "Kafka", Description = "Use when Kafka consumers rebalance all the time." })
            .ShouldBeEmpty();
    }

    [Fact]
    public void Nothing_fits_where_nothing_is_wrong() => Fit(Plain, fault: Diagnosis.None).ShouldBeEmpty();

    [Fact]
    public void A_fault_calls_for_it_by_its_code_or_a_star_and_another_fault_does_not()
    {
        Fit(Plain with { Faults = ["application.crash"] }).ShouldBe(["for application.crash"]);
        Fit(Plain with { Faults = ["application.*"] }).ShouldBe(["for application.crash"]);
        // Its words fit, but it says itself which faults it is for.
        Fit(Plain with { Faults = ["resource.oom-killed"] }).ShouldBeEmpty();
    }

    [Fact]
    public void An_alert_calls_for_it()
    {
        var book = Plain with { Alerts = ["BillingDown"] };
        Fit(book, Case(new RunbookSign("ledger", RunbookSignKind.Alert, null, "BillingDown")))
            .ShouldBe(["for the alert BillingDown"]);
        Fit(book, Case(new RunbookSign("other", RunbookSignKind.Alert, null, "BillingDown"))).ShouldBeEmpty();
    }

    [Fact]
    public void Its_signs_count_at_what_was_asked_about_and_not_elsewhere()
    {
        var book = Plain with { When = new() };
        RunbookSign Sign(ResourceRef at) => new("ledger", RunbookSignKind.When, at, "could not lock");
        Fit(book, Case(Sign(Workload))).ShouldBe(["its signs are there"]);
        Fit(book, Case(Sign(Workload with { Name = "mail" }))).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("shop", true)]
    [InlineData("sh*", true)]
    [InlineData("pay", false)]
    public void A_namespace_limits_it(string ns, bool fits)
    {
        Fit(Plain with { Namespaces = [ns] }).Count.ShouldBe(fits ? 1 : 0);
        Fit(Plain with { Namespaces = [ns], Faults = ["application.*"] }).Count.ShouldBe(fits ? 1 : 0);
    }

    [Fact]
    public void Labels_limit_it()
    {
        var book = Plain with { Labels = new Dictionary<string, string> { ["app"] = "billing" } };
        Fit(book, Case(new RunbookSign("ledger", RunbookSignKind.Labels, Workload, ""))).ShouldBe(["for this place"]);
        Fit(book, Case(new RunbookSign("ledger", RunbookSignKind.Labels, Workload with { Name = "mail" }, "")))
            .ShouldBeEmpty();
    }

    [Fact]
    public void The_surest_reason_comes_first_and_three_are_shown()
    {
        Runbook Named(string name) => Plain with { Name = name };
        var library = new KnowledgeLibrary(
            KnowledgeLibrary.BuiltIn.All,
            [
                Named("a"),
                Named("b") with { Namespaces = ["shop"] },
                Named("c") with { Faults = ["application.crash"] },
                Named("d") with { Alerts = ["BillingDown"] },
            ]
        );
        new RunbookChoice(library, Case(new RunbookSign("d", RunbookSignKind.Alert, null, "BillingDown")))
            .For(
                "why",
                new()
                {
                    Fault = "application.crash",
                    RootCause = "It ends.",
                    Confidence = 0.5,
                    Resource = Workload,
                }
            )
            .Select(match => match.Runbook.Name)
            .ShouldBe(["d", "c", "b"]);
    }
}
