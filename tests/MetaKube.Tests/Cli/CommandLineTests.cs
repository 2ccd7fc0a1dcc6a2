using MetaKube.Tests.Redis;
using NJsonSchema;

namespace MetaKube.Tests.Cli;

public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryFolder data = new();

    public void Dispose() => data.Dispose();

    private string[] Ask(string scenario, string question, params string[] more) =>
        ["ask", question, "--dump", MetaKubeProgram.Dump(scenario), "--data", data.Path, .. more];

    [Theory]
    [InlineData("config-missing-secret", "why is checkout crashing")]
    [InlineData("network-dependency-down", "why does frontend crash")]
    [InlineData("system-node-not-ready", "why is sensor not running")]
    [InlineData("healthy-web", "is storefront-web ok?")]
    [InlineData("config-missing-secret", "@metakube why is checkout crashing")]
    [InlineData("healthy-namespace", "what about nonesuch-thing")]
    public async Task Json_is_one_object_that_fits_the_schema(string scenario, string question)
    {
        var schema = await JsonSchema.FromFileAsync(
            Path.Combine(Repository.Root, "models", "schemas", "investigation.schema.json"),
            TestContext.Current.CancellationToken
        );
        var result = await MetaKubeProgram.RunAsync(Ask(scenario, question, "--no-memory", "--json"));
        result.ExitCode.ShouldBe(0, result.Error);
        result.Error.ShouldBeEmpty();
        schema.Validate(result.Output).Select(error => error.ToString()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_schema_refuses_what_is_not_in_the_contract()
    {
        var schema = await JsonSchema.FromFileAsync(
            Path.Combine(Repository.Root, "models", "schemas", "investigation.schema.json"),
            TestContext.Current.CancellationToken
        );
        var result = await MetaKubeProgram.RunAsync(
            Ask("config-missing-secret", "why is checkout crashing", "--no-memory", "--json")
        );
        schema.Validate(result.Output.Replace("\"pathway\"", "\"route\"", StringComparison.Ordinal)).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData(MemoryServer.Garnet)]
    [InlineData(MemoryServer.Redis)]
    public async Task A_failure_that_was_fixed_once_is_answered_from_memory_under_another_name(MemoryServer server)
    {
        var run = RunWith(server);
        var first = await run(Ask("config-missing-secret", "why is checkout crashing", "--json"));
        first.Json.GetProperty("pathway").GetString().ShouldBe("analytical");
        var feedback = await run([
            "feedback",
            first.Id,
            "--fixed",
            "--what",
            "created it from the vault",
            "--data",
            data.Path,
        ]);
        feedback.ExitCode.ShouldBe(0, feedback.Error);

        var second = await run(Ask("network-no-endpoints-followed", "why is loyalty crashing", "--json"));
        second.Json.GetProperty("pathway").GetString().ShouldBe("intuitive");
        second.Fault.ShouldBe("config.missing-secret");
        var resource = second.Json.GetProperty("diagnosis").GetProperty("resource");
        resource.GetProperty("name").GetString().ShouldBe("loyalty");
        second
            .Json.GetProperty("recollection")
            .GetProperty("episodes")
            .EnumerateArray()
            .Select(episode => episode.GetProperty("id").GetString())
            .ShouldContain(first.Id);
        second.Output.ShouldContain("created it from the vault");

        var list = await run(["memory", "list", "--data", data.Path]);
        list.Output.ShouldContain(first.Id);
        var show = await run(["memory", "show", first.Id, "--data", data.Path]);
        show.Output.ShouldContain("created it from the vault");
    }

    /// <summary>Runs the program with the memory of a server.</summary>
    private static Func<string[], Task<MetaKubeProgram.Result>> RunWith(MemoryServer server)
    {
        MemoryServers.SkipWithout(server);
        var environment = MemoryServers.EnvironmentOf(server);
        return arguments => MetaKubeProgram.RunAsync(null, environment, arguments);
    }

    [Theory]
    [InlineData(MemoryServer.Garnet)]
    [InlineData(MemoryServer.Redis)]
    public async Task Feedback_survives_the_death_of_the_process_that_took_it(MemoryServer server)
    {
        MemoryServers.SkipWithout(server);
        var environment = MemoryServers.EnvironmentOf(server);
        var first = await MetaKubeProgram.RunAsync(
            null,
            environment,
            Ask("config-missing-secret", "why is checkout crashing", "--json")
        );
        using (var feedback = MetaKubeProgram.Start(environment, "feedback", first.Id, "--fixed", "--data", data.Path))
        {
            // The first line is written after the store has acknowledged the vote, which may not be lost from here on.
            (await feedback.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))
                .ShouldNotBeNull()
                .ShouldStartWith("Thank you");
            feedback.Kill();
            await feedback.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        (
            await MetaKubeProgram.RunAsync(null, environment, "memory", "show", first.Id, "--data", data.Path)
        ).Output.ShouldMatch(@"outcome\s+fixed");
    }

    [Theory]
    [InlineData(MemoryServer.Garnet)]
    [InlineData(MemoryServer.Redis)]
    public async Task Memory_can_be_exported_forgotten_and_imported(MemoryServer server)
    {
        var run = RunWith(server);
        Task<MetaKubeProgram.Result> MemoryAsync(string verb, params string[] more) =>
            run(["memory", verb, .. more, "--data", data.Path]);
        Task<MetaKubeProgram.Result> FeedbackAsync(string id, string kind, string by) =>
            run(["feedback", id, kind, "--by", by, "--data", data.Path]);

        var first = await run(Ask("config-missing-secret", "why is checkout crashing", "--json"));
        (await FeedbackAsync(first.Id, "--fixed", "ada")).ExitCode.ShouldBe(0);
        (await FeedbackAsync(first.Id, "--unhelpful", "bob")).ExitCode.ShouldBe(0);
        var file = Path.Combine(data.Path, "export.jsonl");
        (await MemoryAsync("export", file)).Output.ShouldContain("1 episodes");
        (await MemoryAsync("stats")).Output.ShouldMatch(@"episodes\s+1: 1 fixed");
        (await MemoryAsync("patterns")).Output.ShouldStartWith("No patterns yet");

        (await MemoryAsync("forget", "nothing")).ExitCode.ShouldBe(1);
        (await MemoryAsync("forget", first.Id)).Output.ShouldStartWith("1 of 1");
        (await MemoryAsync("list")).Output.ShouldStartWith("No episodes yet");

        (await MemoryAsync("import", file)).Output.ShouldStartWith("1 episodes added");
        (await MemoryAsync("import", file)).Output.ShouldStartWith("0 episodes added, 1 known");
        var shown = (await MemoryAsync("show", first.Id)).Output;
        shown.ShouldMatch(@"outcome\s+fixed");
        shown.ShouldContain("cli:bob: unhelpful");
        (await FeedbackAsync(first.Id, "--withdraw", "ada")).Output.ShouldContain("counts as wrong");
    }

    [Theory]
    [InlineData(MemoryServer.Garnet)]
    [InlineData(MemoryServer.Redis)]
    public async Task An_import_names_the_line_that_is_no_episode_and_accepts_episodes_without_optional_fields(
        MemoryServer server
    )
    {
        var run = RunWith(server);
        Task<MetaKubeProgram.Result> MemoryAsync(string verb, params string[] more) =>
            run(["memory", verb, .. more, "--data", data.Path]);

        var first = await run(Ask("config-missing-secret", "why is checkout crashing", "--json"));
        (await run(["feedback", first.Id, "--fixed", "--data", data.Path])).ExitCode.ShouldBe(0);
        var file = Path.Combine(data.Path, "export.jsonl");
        (await MemoryAsync("export", file)).Output.ShouldContain("1 episodes");
        var broken = Path.Combine(data.Path, "broken.jsonl");
        File.WriteAllText(
            broken,
            File.ReadAllText(file).Replace("config.missing-secret\"", "config.nonsense\"", StringComparison.Ordinal)
        );
        var refused = await MemoryAsync("import", broken);
        var error =
            $"metakube: Line 1 of {broken} is not an episode: there is no fault 'config.nonsense'. "
            + "Nothing was imported.";
        (refused.ExitCode, refused.Error.Trim()).ShouldBe((1, error));
        File.WriteAllText(broken, "{\"id\": null}\n");
        (await MemoryAsync("import", broken)).ExitCode.ShouldBe(1);

        var plain = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        foreach (var name in (string[])["votes", "remedies", "failedFaults", "features", "judgement", "fix"])
            plain.Remove(name);
        plain["id"] = "plain-1";
        File.WriteAllText(broken, plain.ToJsonString());
        (await MemoryAsync("import", broken)).Output.ShouldStartWith("1 episodes added");
        (await MemoryAsync("show", "plain-1")).Output.ShouldMatch(@"outcome\s+pending");
    }

    [Fact]
    public async Task Text_in_a_pipe_has_no_colours_and_names_cause_fix_and_feedback()
    {
        var result = await MetaKubeProgram.RunAsync(Ask("config-missing-secret", "why is checkout crashing"));
        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldNotContain('\u001b');
        result.Output.ShouldStartWith("checkout in team-10 cannot start: Secret checkout-db does not exist");
        result.Output.ShouldContain("kubectl -n team-10 create secret generic checkout-db");
        result.Output.ShouldMatch(@"metakube feedback \d{6}-[0-9a-f]{10} --fixed");
    }

    [Fact]
    public async Task Pasted_text_may_come_on_standard_input()
    {
        var result = await MetaKubeProgram.RunAsync(
            "FATAL: password authentication failed for user \"orders\"\n",
            new Dictionary<string, string>(),
            "ask",
            "why does orders crash",
            "--attach",
            "-",
            "--no-memory",
            "--json"
        );
        result.Fault.ShouldBe("config.bad-credentials");
    }

    [Theory]
    [InlineData(2, "ask")]
    [InlineData(2, "ask", "x", "--pathway", "sideways")]
    [InlineData(2, "ask", "x", "--dump", "a", "--attach", "b")]
    [InlineData(2, "ask", "x", "-n", "../secrets")]
    [InlineData(2, "dump", "--output-directory", "/tmp/none", "-n", "../../etc")]
    [InlineData(2, "nonsense")]
    [InlineData(2, "feedback", "id")]
    [InlineData(2, "feedback", "id", "--fixed", "--wrong")]
    [InlineData(2, "feedback", "id", "--withdraw", "--what", "x")]
    [InlineData(2, "memory", "forget")]
    [InlineData(2, "memory", "forget", "id", "--all")]
    [InlineData(2, "ask", "x", "--follow", "--dump", "/tmp")]
    [InlineData(2, "feedback", "id", "--wrong", "--fault", "config.nonsense")]
    [InlineData(3, "ask", "x", "--dump", "/no/such/folder", "--no-memory")]
    [InlineData(3, "ask", "x", "--kubeconfig", "/no/such/file", "--no-memory")]
    [InlineData(3, "ask", "x", "--attach", "/no/such/file", "--no-memory")]
    public async Task A_mistake_is_one_line_and_its_own_exit_status(int status, params string[] arguments)
    {
        var result = await MetaKubeProgram.RunAsync(arguments);
        result.ExitCode.ShouldBe(status, result.Error);
        result.Output.ShouldBeEmpty();
        result.Error.TrimEnd('\n').ShouldNotContain('\n');
        result.Error.ShouldStartWith("metakube: ");
    }

    [Fact]
    public async Task Feedback_on_what_memory_does_not_know_is_an_error()
    {
        var result = await MetaKubeProgram.RunAsync("feedback", "000000-0000000000", "--fixed", "--data", data.Path);
        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("no investigation");
    }

    [Fact]
    public async Task Without_memory_there_is_still_an_answer_that_says_so()
    {
        var environment = new Dictionary<string, string>
        {
            ["Redis__Connection"] = "127.0.0.1:1,connectTimeout=500,connectRetry=1",
        };
        var result = await MetaKubeProgram.RunAsync(
            null,
            environment,
            Ask("config-missing-secret", "why is checkout crashing", "--json")
        );
        result.ExitCode.ShouldBe(0, result.Error);
        result.Fault.ShouldBe("config.missing-secret");
        result
            .Json.GetProperty("gaps")
            .EnumerateArray()
            .Select(gap => gap.GetProperty("what").GetString())
            .ShouldContain("memory");
    }

    [Fact]
    public async Task A_wrong_setting_is_named()
    {
        var result = await MetaKubeProgram.RunAsync(
            null,
            new Dictionary<string, string> { ["Redis__Name"] = "a b" },
            Ask("config-missing-secret", "why is checkout crashing")
        );
        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain("Redis:Name");
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("ask", "--help")]
    [InlineData("--version")]
    public async Task Help_is_an_answer(params string[] arguments) =>
        (await MetaKubeProgram.RunAsync(arguments)).ExitCode.ShouldBe(0);
}
