using System.Text.RegularExpressions;
using MetaKube.Evaluation;
using MetaKube.Evaluation.Knowledge;
using MetaKube.Faults;

namespace MetaKube.Tests.Faults;

/// <summary>The known failures that the program brings along, against their own examples and those of others.</summary>
public sealed partial class KnownFailuresTests
{
    public static IEnumerable<TheoryDataRow<string>> Files =>
        KnowledgeFiles.All.Select(file => new TheoryDataRow<string>(Path.GetFileName(file)));

    private static IReadOnlyList<KnowledgeExample> Examples(string file) =>
        new KnowledgeReader(file).ReadExamples(File.ReadAllText(Path.Combine(KnowledgeFiles.Folder, file)));

    private static IReadOnlyList<FailureMatch> Matches(KnowledgeExample example) =>
        KnowledgeLibrary.BuiltIn.Match(example.Observations, resource => resource);

    private static IEnumerable<string> Found(KnowledgeExample example) =>
        Matches(example).Select(match => match.Failure.Id);

    private static string Text(KnowledgeExample example) =>
        $"{example.Failure.Id}: {string.Join(" | ", example.Observations.Select(seen => seen.Text))}";

    [Fact]
    public void The_embedded_form_is_made_from_the_files() =>
        File.ReadAllText($"{KnowledgeFiles.Folder}.jsonl")
            .ShouldBe(
                KnowledgeFiles.ToJson(),
                "run: dotnet run --project tests/MetaKube.Evaluation -- knowledge > models/knowledge.jsonl"
            );

    [Fact]
    public void No_line_of_a_program_that_works_shows_a_failure() =>
        HarmlessLog
            .Corpus.SelectMany(line =>
                KnowledgeLibrary
                    .BuiltIn.Match([new(ObservationKind.Log, null, "log", Blanks.Collapse(line))], resource => resource)
                    .Select(match => $"{match.Failure.Id}: {line}")
            )
            .ShouldBeEmpty();

    [Fact]
    public void Commands_are_plain_calls_of_kubectl_without_names_to_fill_in() =>
        KnowledgeLibrary
            .BuiltIn.All.SelectMany(failure => failure.Fault.Remedies)
            .SelectMany(remedy => remedy.Commands)
            .Where(command => RemedyCommand.Parse(command) is null || Placeholder().IsMatch(command))
            .ShouldBeEmpty();

    [GeneratedRegex(@"(?:^| |/)(?:NAME|KIND|FILE|NODE_NAME|SECRET|HOST|PATH|POD|NAMESPACE)(?: |/|$)")]
    private static partial Regex Placeholder();

    [Fact]
    public void Examples_by_people_who_did_not_see_the_patterns_are_found_and_told_apart()
    {
        var check = CrossCheck.Run(KnowledgeLibrary.BuiltIn);
        check.Cases.ShouldBeGreaterThan(300);
        check.Recall.ShouldBeGreaterThan(0.85);
        check.Precision.ShouldBeGreaterThan(0.95, string.Join(", ", check.Mistakes));
        CrossCheck.WrongNearMisses(KnowledgeLibrary.BuiltIn).Count.ShouldBeLessThan(6);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_has_an_example_that_fires_and_a_near_miss(string file)
    {
        var examples = Examples(file).ToLookup(example => example.Failure.Id);
        foreach (var failure in examples)
        {
            failure.ShouldContain(example => example.Fires, failure.Key);
            failure.ShouldContain(example => !example.Fires, failure.Key);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Examples_fire_and_near_misses_do_not(string file) =>
        Examples(file)
            .Where(example => Found(example).Contains(example.Failure.Id) != example.Fires)
            .Select(Text)
            .ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Files))]
    public void No_failure_claims_the_example_of_another_more_strongly(string file) =>
        Examples(file)
            .Where(example => example.Fires)
            .SelectMany(example =>
                Matches(example)
                    .Where(match => match.Failure.Weight > example.Failure.Weight)
                    .Where(match => match.Failure.Id != example.Failure.Id)
                    .Select(match => $"{match.Failure.Id} on {Text(example)}")
            )
            .ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Files))]
    public void Slots_of_a_cause_always_have_a_value(string file) =>
        Examples(file)
            .Where(example => example.Fires)
            .SelectMany(example =>
                Matches(example)
                    .Where(match => match.Failure.Id == example.Failure.Id)
                    .Where(match => match.UnfilledSlots.Any())
                    .Select(match => $"{match.Failure.Id}: {string.Join(", ", match.UnfilledSlots)}")
            )
            .ShouldBeEmpty();
}
