namespace MetaKube.Tests.Cli;

public sealed class KnowledgeCommandTests : IDisposable
{
    private const string Own = """
        component: Billing
        failures:
          - id: billing-no-ledger
            title: Billing has no ledger
            when:
              any:
                - says: 'secret "checkout-db" not found'
            cause: the ledger's Secret was not created
            why: Each ledger brings its Secret along.
            checks:
              - kubectl get secrets
            fix:
              - do: Create the ledger first.
                risk: low
            prevention: [Create ledgers before services.]
            refines: config.missing-secret
            examples:
              fires:
                - - 'event Failed: Error: secret "checkout-db" not found'
              misses:
                - - 'event Failed: Error: secret "checkout-cache" not found'
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_known_failure_is_explained_with_its_signs_checks_and_fixes()
    {
        var result = await MetaKubeProgram.RunAsync("explain", "known.mongodb-no-avx");
        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldContain("(known.mongodb-no-avx)");
        result.Output.ShouldContain("Recognised by:");
        result.Output.ShouldContain("AVX");
        result.Output.ShouldContain("Prevention:");
    }

    [Fact]
    public async Task A_fault_of_the_catalogue_is_explained_as_well_and_another_word_is_an_error()
    {
        (await MetaKubeProgram.RunAsync("explain", "config.missing-secret")).Output.ShouldContain("kubectl");
        var wrong = await MetaKubeProgram.RunAsync("explain", "config.mising-secret");
        wrong.ExitCode.ShouldBe(2);
        wrong.Error.ShouldContain("There is no fault 'config.mising-secret'");
    }

    [Fact]
    public async Task The_library_is_listed_by_component_and_searched_by_words()
    {
        var list = await MetaKubeProgram.RunAsync("knowledge", "list", "mongodb");
        list.Output.Trim().Split('\n').ShouldAllBe(line => line.StartsWith("MongoDB\t"));
        (await MetaKubeProgram.RunAsync("knowledge", "search", "avx")).Output.ShouldContain("mongodb-no-avx");
        (await MetaKubeProgram.RunAsync("knowledge", "search", "frobnication")).ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task A_file_is_checked_against_its_examples_and_a_mistake_has_its_line()
    {
        var good = folder.Write("own.yaml", Own);
        var passed = await MetaKubeProgram.RunAsync("knowledge", "check", good);
        passed.Output.ShouldContain("1 known failures, 0 runbooks, 0 mistakes");
        var wrong = folder.Write("wrong.yaml", Own.Replace("refines: config.missing-secret", "refines: config.none"));
        var result = await MetaKubeProgram.RunAsync("knowledge", "check", wrong);
        result.ExitCode.ShouldBe(1);
        result.Output.ShouldContain("wrong.yaml, line 16, column 14: The fault catalogue has no code 'config.none'.");
        var dull = folder.Write("dull.yaml", Own.Replace("checkout-cache", "checkout-db"));
        (await MetaKubeProgram.RunAsync("knowledge", "check", dull)).Output.ShouldContain("matches its near miss");
    }

    [Fact]
    public async Task A_file_is_tried_on_a_dump()
    {
        var own = folder.Write("own.yaml", Own);
        var dump = MetaKubeProgram.Dump("config-missing-secret");
        var result = await MetaKubeProgram.RunAsync("knowledge", "test", own, "--dump", dump);
        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldContain("config.missing-secret\t");
    }

    [Fact]
    public async Task The_teams_words_stand_in_the_answer_without_a_change_of_the_code()
    {
        folder.Write("knowledge/own.yaml", Own);
        folder.Write("knowledge/broken.yaml", "component: X\nfailures: 3\n");
        var environment = new Dictionary<string, string>
        {
            ["Knowledge__Directories__0"] = Path.Combine(folder.Path, "knowledge"),
        };
        var result = await MetaKubeProgram.RunAsync(
            null,
            environment,
            "ask",
            "why is checkout crashing",
            "--dump",
            MetaKubeProgram.Dump("config-missing-secret"),
            "--no-memory",
            "--json"
        );
        result.Error.ShouldContain("broken.yaml, line 2");
        result.Fault.ShouldBe("config.missing-secret");
        var known = result.Json.GetProperty("knowledge")[0];
        known.GetProperty("id").GetString().ShouldBe("billing-no-ledger");
        known.GetProperty("origin").GetString()!.ShouldEndWith("own.yaml");
        var remedies = result.Json.GetProperty("diagnosis").GetProperty("remedies").ToString();
        remedies.ShouldContain("Create the ledger first.");
    }
}
