using System.Diagnostics;
using System.Text.Json;
using MetaKube.ChatOps.KubeLlm;

namespace MetaKube.Fakes.KubeLlm;

/// <summary>
/// The real llama-server (METAKUBE_TEST_LLAMA) with a model of random weights (METAKUBE_TEST_MODEL, made by
/// models/kubellm/make-nano.py), started as the product starts one.
/// </summary>
internal sealed class NanoServer : IAsyncDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("metakube-nano-").FullName;
    private readonly LlamaServer server;

    private NanoServer(int slots, int context) =>
        server = new(
            new()
            {
                Server = Program!,
                Model = Model!,
                Slots = slots,
                Context = context,
            },
            directory,
            TimeProvider.System
        );

    public static string? Program =>
        Environment.GetEnvironmentVariable("METAKUBE_TEST_LLAMA") is { Length: > 0 } program ? program : null;

    public static string? Model =>
        Environment.GetEnvironmentVariable("METAKUBE_TEST_MODEL") is { Length: > 0 } model ? model : null;

    public Uri Address { get; private set; } = null!;

    /// <summary>The server's log so far.</summary>
    public async Task<string> LogAsync(CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(server.Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    /// <summary>Waits until the server's log contains a text; the token bounds the wait.</summary>
    public async Task WaitForLogAsync(string text, CancellationToken cancellationToken)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!(await LogAsync(cancellationToken)).Contains(text, StringComparison.OrdinalIgnoreCase))
            await look.WaitForNextTickAsync(cancellationToken);
    }

    /// <summary>The server's process.</summary>
    public Process Process =>
        JsonSerializer
            .Deserialize(
                File.ReadAllText(Path.Combine(directory, "llama-server.json")),
                KubeLlmJson.Default.RunningServer
            )!
            .Server.Find()!;

    public static async Task<NanoServer> StartAsync(
        int slots = 2,
        int context = 16384,
        CancellationToken cancellationToken = default
    )
    {
        var nano = new NanoServer(slots, context);
        nano.Address = await nano.server.StartAsync(cancellationToken);
        return nano;
    }

    /// <summary>A client as the product makes one.</summary>
    public ModelAccess Access(int timeoutSeconds = 60, int requests = 4, int slots = 0) =>
        new(
            new()
            {
                Endpoint = Address,
                TimeoutSeconds = timeoutSeconds,
                Requests = requests,
                Slots = slots,
            },
            directory,
            TimeProvider.System
        );

    /// <summary>Waits until the number of busy slots meets a condition.</summary>
    public async Task WaitAsync(Func<int, bool> busy, CancellationToken cancellationToken)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!busy(await BusyAsync(cancellationToken)))
            await look.WaitForNextTickAsync(cancellationToken);
    }

    /// <summary>The number of busy slots.</summary>
    public async Task<int> BusyAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        using var slots = JsonDocument.Parse(await client.GetStringAsync(new Uri(Address, "slots"), cancellationToken));
        return slots.RootElement.EnumerateArray().Count(slot => slot.GetProperty("is_processing").GetBoolean());
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }
}
