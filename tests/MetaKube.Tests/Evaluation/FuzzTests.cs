using MetaKube.Evaluation.Fuzz;
using MetaKube.Fakes;

namespace MetaKube.Tests.Evaluation;

public sealed class FuzzTests
{
    private static readonly string[] Texts =
    [
        "NAME    READY\nweb-0   0/1",
        "Events:\n  Warning  Failed  1m  kubelet  x",
    ];

    [Fact]
    public void The_same_seed_makes_the_same_inputs()
    {
        IReadOnlyList<string> Made(int seed)
        {
            var mutation = new PasteMutation(new(seed), Texts);
            return [.. Enumerable.Range(0, 50).Select(_ => mutation.Next())];
        }
        Made(7).ShouldBe(Made(7));
        Made(7).ShouldNotBe(Made(8));
    }

    [Fact]
    public void No_input_is_larger_than_the_bound()
    {
        var mutation = new PasteMutation(new(1), Texts);
        Enumerable.Range(0, 300).ShouldAllBe(_ => mutation.Next().Length <= PasteMutation.Largest);
    }

    [Fact]
    public async Task A_short_run_over_the_scenarios_finds_nothing()
    {
        var output = new StringWriter();
        (await FuzzRun.RunAsync(["--minutes", "0.02"], [Paste()], output)).ShouldBe(0, output.ToString());

        static string Paste() => Scenario.LoadAll().First(scenario => File.Exists(scenario.Paste)).Paste;
    }

    [Theory]
    [InlineData("--minutes", "many")]
    [InlineData("/no/such/folder")]
    public async Task Wrong_options_are_told(params string[] arguments) =>
        (await FuzzRun.RunAsync(arguments, [], TextWriter.Null)).ShouldBe(2);
}
