using MetaKube.Faults;
using MetaKube.Model;
using MetaKube.Reasoning;

namespace MetaKube.Tests.Reasoning;

public sealed class LikeFailuresTests
{
    // The words of the failure in another form than its patterns have.
    private const string Line =
        "mongod: MongoDB 5.x is not supported here, it requires a CPU with support for AVX instructions (ARMv8.2-A)";

    private static Evidence Of(params Signal[] signals) =>
        new()
        {
            Cluster = "test",
            Findings = [],
            Signals = signals,
            Topology = new(),
        };

    private static Signal Log(string quote, double strength = 0.8) =>
        new()
        {
            Kind = SignalKind.Log,
            Source = "log",
            Summary = "an error in the log",
            Quote = quote,
            Strength = strength,
        };

    private static Diagnosis Answer(string fault) =>
        new()
        {
            Fault = fault,
            RootCause = "Not decided.",
            Confidence = 0.2,
        };

    private static IReadOnlyList<string> Ids(Evidence evidence, string fault) =>
        [.. LikeFailures.Of(KnowledgeLibrary.BuiltIn, evidence, Answer(fault)).Select(like => like.Failure.Id)];

    [Fact]
    public void An_undecided_case_looks_like_the_failure_with_the_words_of_its_signal() =>
        Ids(Of(Log(Line)), Diagnosis.Unknown).ShouldHaveSingleItem().ShouldBe("mongodb-no-avx");

    [Theory]
    [InlineData(Diagnosis.None)]
    [InlineData("application.crash")]
    public void A_decided_case_looks_like_nothing(string fault) => Ids(Of(Log(Line)), fault).ShouldBeEmpty();

    [Theory]
    [InlineData("connection reset by peer")]
    [InlineData("Back-off restarting failed container app in pod web-7d9f8c7b5d-x4k2p")]
    [InlineData("java.lang.IllegalStateException: the invoice has no customer")]
    public void Words_of_many_failures_look_like_none(string line) =>
        Ids(Of(Log(line)), Diagnosis.Unknown).ShouldBeEmpty();

    [Fact]
    public void A_weak_signal_looks_like_nothing() =>
        Ids(Of(Log(Line, Signal.Telling - 0.1)), Diagnosis.Unknown).ShouldBeEmpty();

    [Fact]
    public void At_most_three_are_shown() =>
        Ids(
                Of([.. KnowledgeLibrary.BuiltIn.All.Take(20).Select(one => Log(one.Cause + one.Fault.Title))]),
                Diagnosis.Unknown
            )
            .Count.ShouldBeInRange(1, 3);
}
