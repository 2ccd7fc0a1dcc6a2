using System.Security.Cryptography;
using MetaKube.Fakes.KubeLlm;
using MetaKube.Tests.KubeLlm;
using Microsoft.AspNetCore.Http;
using NJsonSchema;

namespace MetaKube.Tests.Cli;

[Collection(nameof(NanoServerFixture))]
public sealed class ModelCommandTests(NanoServerFixture nano) : IDisposable
{
    private readonly TemporaryFolder data = new();
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    public void Dispose() => data.Dispose();

    private Dictionary<string, string> Real => new() { ["KubeLlm__Endpoint"] = nano.Server.Address.AbsoluteUri };

    private string[] Ask(params string[] more) =>
        [
            "ask",
            "why is checkout crashing",
            "--dump",
            MetaKubeProgram.Dump("config-missing-secret"),
            "--data",
            data.Path,
            "--no-memory",
            .. more,
        ];

    [Fact]
    public async Task An_answer_shows_the_verdict_of_the_model()
    {
        var schema = await JsonSchema.FromFileAsync(
            Path.Combine(Repository.Root, "models", "schemas", "investigation.schema.json"),
            token
        );
        var result = await MetaKubeProgram.RunAsync(null, Real, Ask("--json"));
        result.ExitCode.ShouldBe(0, result.Error);
        schema.Validate(result.Output).Select(error => error.ToString()).ShouldBeEmpty();
        var model = result.Json.GetProperty("model");
        model.GetProperty("name").GetString().ShouldBe("nano");
        model.GetProperty("verdict").GetString().ShouldBeOneOf("agreed", "preferred", "unsupported", "abstained");
        model.GetProperty("promptTokens").GetInt64().ShouldBeGreaterThan(500);
        model.GetProperty("completionTokens").GetInt64().ShouldBeGreaterThan(10);
        (await MetaKubeProgram.RunAsync(null, Real, Ask())).Output.ShouldContain("nano ");
    }

    [Fact]
    public async Task Without_a_model_the_answer_is_the_same_and_says_so()
    {
        var without = await MetaKubeProgram.RunAsync(null, Real, Ask("--no-model"));
        without.Output.ShouldContain("no model took part");
        var away = await MetaKubeProgram.RunAsync(
            null,
            new Dictionary<string, string> { ["KubeLlm__Endpoint"] = "http://127.0.0.1:9" },
            Ask("--json")
        );
        away.ExitCode.ShouldBe(0);
        away.Fault.ShouldBe("config.missing-secret");
        away.Json.GetProperty("model").GetProperty("verdict").GetString().ShouldBe("failed");
        away.Json.GetProperty("gaps")
            .EnumerateArray()
            .ShouldContain(gap => gap.GetProperty("what").GetString() == "model");
    }

    [Fact]
    public async Task A_server_started_by_the_bot_answers_and_stops_afterwards()
    {
        NanoServerFixture.SkipWithout();
        var own = new Dictionary<string, string>
        {
            ["KubeLlm__Server"] = NanoServer.Program!,
            ["KubeLlm__Model"] = NanoServer.Model!,
        };
        var result = await MetaKubeProgram.RunAsync(null, own, Ask("--json"));
        result.Json.GetProperty("model").GetProperty("name").GetString().ShouldBe("nano");
        result.Json.GetProperty("model").GetProperty("verdict").GetString().ShouldNotBe("failed");
        File.Exists(Path.Combine(data.Path, "llama-server.json")).ShouldBeFalse();
        File.Exists(Path.Combine(data.Path, "llama-server.log")).ShouldBeTrue();
    }

    [Fact]
    public async Task Check_asks_the_configured_model_and_says_what_is_missing()
    {
        (await MetaKubeProgram.RunAsync(null, Real, "model", "check")).Output.ShouldMatch(
            "^nano answers in [0-9]+ ms and keeps to a schema; 16384 tokens of context"
        );
        var none = await MetaKubeProgram.RunAsync("model", "check");
        none.ExitCode.ShouldBe(2);
        none.Error.ShouldContain("No model is configured");
        await using var loose = await BrokenServer.AnsweringAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(
                """
                {"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
                "finish_reason":"stop","message":{"role":"assistant","content":"Blue!"}}]}
                """
            );
        });
        var unschooled = await MetaKubeProgram.RunAsync(
            null,
            new Dictionary<string, string> { ["KubeLlm__Endpoint"] = loose.Address.AbsoluteUri },
            "model",
            "check"
        );
        unschooled.ExitCode.ShouldBe(1);
        unschooled.Error.ShouldContain("does not enforce a JSON schema");
    }

    [Fact]
    public async Task List_pull_and_check_of_a_file()
    {
        byte[] content = [.. "GGUF"u8, .. RandomNumberGenerator.GetBytes(1000)];
        await using var mirror = await BrokenServer.StartAsync(context =>
            context.Response.Body.WriteAsync(content).AsTask()
        );
        (await MetaKubeProgram.RunAsync("model", "list", "--data", data.Path)).Output.ShouldMatch(
            "(?m)^qwen3-8b .* Apache-2.0 +investigations"
        );
        var missing = await MetaKubeProgram.RunAsync("model", "check", "qwen3-8b", "--data", data.Path);
        missing.ExitCode.ShouldBe(1);
        missing.Error.ShouldContain("metakube model pull qwen3-8b gets it");
        var pull = await MetaKubeProgram.RunAsync(
            "model",
            "pull",
            "qwen3-8b",
            "--from",
            new Uri(mirror.Address, "q.gguf").AbsoluteUri,
            "--data",
            data.Path
        );
        pull.ExitCode.ShouldBe(0, pull.Error);
        pull.Output.ShouldContain("checksum is not known");
        (await MetaKubeProgram.RunAsync("model", "list", "--data", data.Path)).Output.ShouldMatch(
            "(?m)^qwen3-8b .* here "
        );
        (await MetaKubeProgram.RunAsync("model", "check", "qwen3-8b", "--data", data.Path)).Output.ShouldContain(
            Convert.ToHexStringLower(SHA256.HashData(content))
        );
        (await MetaKubeProgram.RunAsync("model", "pull", "qwen3-8b", "--data", data.Path)).Output.ShouldContain(
            "is here already"
        );
        (await MetaKubeProgram.RunAsync("model", "pull", "gpt-9", "--data", data.Path)).Error.ShouldContain(
            "There is no model 'gpt-9' in the list: qwen3-8b,"
        );
    }

    [Theory]
    [InlineData("KubeLlm__Endpoint", "ftp://x", "KubeLlm:Endpoint has to be an address")]
    [InlineData("KubeLlm__TimeoutSeconds", "0", "KubeLlm:TimeoutSeconds must be between 1 and 3600")]
    [InlineData("KubeLlm__Server", "llama-server", "KubeLlm:Server needs KubeLlm:Model")]
    public async Task A_wrong_configuration_is_named(string name, string value, string error)
    {
        var result = await MetaKubeProgram.RunAsync(null, new Dictionary<string, string> { [name] = value }, Ask());
        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain(error);
        result.Error.Trim().ShouldNotContain("\n");
    }
}
