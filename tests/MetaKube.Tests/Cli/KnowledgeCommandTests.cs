using NJsonSchema;

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

    private const string Book = """
        ---
        name: ledger-secret
        description: Use when a billing ledger has no credentials.
        faults: [config.missing-secret]
        namespaces: [team-*]
        link: https://wiki.example.com/ledger
        owner: payments
        ---
        # The ledger has no credentials
        1. Create them:
           ```
           vault write ledger/creds
           ```
        """;

    private Dictionary<string, string> WithBook()
    {
        folder.Write("knowledge/ledger/SKILL.md", Book);
        return new() { ["Knowledge__Directories__0"] = Path.Combine(folder.Path, "knowledge") };
    }

    [Fact]
    public async Task A_runbook_that_fits_stands_in_the_answer_with_its_steps_and_link()
    {
        string[] question =
        [
            "ask",
            "why is checkout crashing",
            "--dump",
            MetaKubeProgram.Dump("config-missing-secret"),
            "--no-memory",
        ];
        var text = await MetaKubeProgram.RunAsync(null, WithBook(), question);
        text.Output.ShouldContain("Your runbook: The ledger has no credentials");
        text.Output.ShouldContain("  1. Create them:\n     vault write ledger/creds\n");
        text.Output.ShouldContain("https://wiki.example.com/ledger (for config.missing-secret)");

        var json = await MetaKubeProgram.RunAsync(null, WithBook(), [.. question, "--json"]);
        var book = json.Json.GetProperty("knowledge")[0];
        book.GetProperty("kind").GetString().ShouldBe("runbook");
        book.GetProperty("origin").GetString()!.ShouldEndWith("ledger/SKILL.md");
        book.GetProperty("steps")[0].GetProperty("commands")[0].GetString().ShouldBe("vault write ledger/creds");
        var schema = await JsonSchema.FromFileAsync(
            Path.Combine(Repository.Root, "models", "schemas", "investigation.schema.json"),
            TestContext.Current.CancellationToken
        );
        schema.Validate(json.Output).Select(error => error.ToString()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Runbooks_are_listed_first_shown_searched_checked_and_tried()
    {
        var environment = WithBook();
        (await MetaKubeProgram.RunAsync(null, environment, "knowledge", "list"))
            .Output.ShouldStartWith("runbook\tledger-secret\tThe ledger has no credentials\n");
        (await MetaKubeProgram.RunAsync(null, environment, "knowledge", "search", "billing", "ledger"))
            .Output.ShouldContain("ledger-secret");
        var shown = (await MetaKubeProgram.RunAsync(null, environment, "knowledge", "show", "ledger-secret")).Output;
        shown.ShouldContain("the fault is config.missing-secret");
        shown.ShouldContain("the namespace is team-*");
        var file = Path.Combine(folder.Path, "knowledge", "ledger", "SKILL.md");
        var checkedFile = await MetaKubeProgram.RunAsync("knowledge", "check", file);
        checkedFile.Output.ShouldContain("0 known failures, 1 runbooks, 0 mistakes");
        checkedFile.Output.ShouldContain("'owner' has no meaning here");
        var dump = MetaKubeProgram.Dump("config-missing-secret");
        (await MetaKubeProgram.RunAsync("knowledge", "test", file, "--dump", dump))
            .Output.ShouldContain("\tfor config.missing-secret");
    }
}
