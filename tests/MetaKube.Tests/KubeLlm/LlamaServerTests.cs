using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.Fakes.KubeLlm;
using MetaKube.Model;

namespace MetaKube.Tests.KubeLlm;

/// <summary>A llama-server of our own, with the real one.</summary>
[Collection(nameof(NanoServerFixture))]
public sealed class LlamaServerTests : IDisposable
{
    private readonly TemporaryFolder data = new();
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    public LlamaServerTests() => NanoServerFixture.SkipWithout();

    public void Dispose() => data.Dispose();

    private static KubeLlmOptions Options =>
        new()
        {
            Server = NanoServer.Program!,
            Model = NanoServer.Model!,
            Context = 4096,
        };

    private LlamaServer Server(KubeLlmOptions? options = null) =>
        new(options ?? Options, data.Path, TimeProvider.System);

    private Process Running =>
        JsonSerializer
            .Deserialize(
                File.ReadAllText(Path.Combine(data.Path, "llama-server.json")),
                KubeLlmJson.Default.RunningServer
            )!
            .Server.Find()
            .ShouldNotBeNull();

    private async Task<string> RefusalAsync(KubeLlmOptions options)
    {
        await using var server = Server(options);
        return (await Should.ThrowAsync<ModelUnavailableException>(() => server.StartAsync(token))).Message;
    }

    [Fact]
    public async Task The_server_starts_answers_and_stops_with_the_bot()
    {
        Process process;
        await using (var server = Server())
        {
            var address = await server.StartAsync(token);
            (await server.StartAsync(token)).ShouldBe(address, "once started it is the same");
            process = Running;
            using var client = new HttpClient();
            (await client.GetStringAsync(new Uri(address, "v1/models"), token)).ShouldContain("gguf");
        }
        process.HasExited.ShouldBeTrue();
        process.Dispose();
        File.ReadAllText(Path.Combine(data.Path, "llama-server.log")).ShouldContain("listening");
    }

    [Fact]
    public async Task It_is_started_again_when_it_dies()
    {
        await using var server = Server();
        var address = await server.StartAsync(token);
        int first;
        using (var process = Running)
        {
            first = process.Id;
            process.Kill();
            await process.WaitForExitAsync(token);
        }
        using var client = new HttpClient();
        while (true)
        {
            try
            {
                if ((await client.GetAsync(new Uri(address, "health"), token)).IsSuccessStatusCode)
                    break;
            }
            catch (HttpRequestException)
            {
                await Task.Yield();
            }
        }
        using var second = Running;
        second.Id.ShouldNotBe(first);
        File.Exists(Path.Combine(data.Path, "llama-server.log.1")).ShouldBeTrue("the log of the run that died is kept");
    }

    [Fact]
    public async Task A_second_process_uses_the_first_ones_server()
    {
        await using var first = Server();
        var address = await first.StartAsync(token);
        await using (var second = Server())
            (await second.StartAsync(token)).ShouldBe(address);
        using var process = Running;
        process.HasExited.ShouldBeFalse("it is not the second's to stop");
    }

    [Fact]
    public async Task A_server_whose_starter_was_killed_is_replaced()
    {
        await using var server = Server();
        await server.StartAsync(token);
        var state = Path.Combine(data.Path, "llama-server.json");
        var running = JsonSerializer.Deserialize(File.ReadAllText(state), KubeLlmJson.Default.RunningServer)!;
        using var orphan = Running;
        // The starter has ended, and its id belongs to another process with another start time.
        File.WriteAllText(
            state,
            JsonSerializer.Serialize(
                running with
                {
                    Owner = running.Owner with { Started = running.Owner.Started.AddHours(-1) },
                },
                KubeLlmJson.Default.RunningServer
            )
        );
        await using var next = Server();
        await next.StartAsync(token);
        orphan.HasExited.ShouldBeTrue();
    }

    [Fact]
    public async Task A_model_that_is_missing() =>
        (await RefusalAsync(new() { Server = NanoServer.Program!, Model = "/nowhere/model.gguf" })).ShouldBe(
            "there is no model file /nowhere/model.gguf (KubeLlm:Model)"
        );

    [Fact]
    public async Task A_model_of_the_list_that_is_not_here() =>
        (await RefusalAsync(new() { Server = NanoServer.Program!, Model = "qwen3-8b" })).ShouldBe(
            "qwen3-8b is not on this machine: metakube model pull qwen3-8b gets it"
        );

    [Fact]
    public async Task A_program_that_is_missing() =>
        (await RefusalAsync(new() { Server = "no-llama-server-here", Model = NanoServer.Model! })).ShouldContain(
            "no-llama-server-here cannot be started (there is no such program)"
        );

    [Fact]
    public async Task A_file_that_is_no_model() =>
        (
            await RefusalAsync(
                new() { Server = NanoServer.Program!, Model = data.Write("broken.gguf", "this is not a model") }
            )
        ).ShouldMatch("ended with status 1 .*load.*its log is ");

    [Fact]
    public async Task A_port_that_is_taken()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        (
            await RefusalAsync(
                new()
                {
                    Server = NanoServer.Program!,
                    Model = NanoServer.Model!,
                    Port = port,
                }
            )
        ).ShouldBe($"port {port} is taken by another program: set KubeLlm:Port to a free one, or to 0 for any");
    }
}
