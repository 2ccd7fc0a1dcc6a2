using System.Diagnostics;
using System.Globalization;

namespace MetaKube.Fakes.KubeLlm;

/// <summary>A llama-server that computes embeddings, started as an operator would start it.</summary>
internal sealed class NanoEmbeddings : IAsyncDisposable
{
    private readonly Process process;

    private NanoEmbeddings(Process process, Uri address) => (this.process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<NanoEmbeddings> StartAsync(CancellationToken cancellationToken)
    {
        var port = LoopbackPort.Next();
        var process = Process.Start(
            new ProcessStartInfo(NanoServer.Program!, Arguments(port))
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var server = new NanoEmbeddings(process, new($"http://127.0.0.1:{port}/"));
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var client = new HttpClient();
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            try
            {
                if ((await client.GetAsync(new Uri(server.Address, "health"), cancellationToken)).IsSuccessStatusCode)
                    return server;
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                // Not yet.
            }
            await look.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static string[] Arguments(int port) =>
        [
            "--model",
            NanoServer.Model!,
            "--embeddings",
            "--pooling",
            "mean",
            "--host",
            "127.0.0.1",
            "--port",
            port.ToString(CultureInfo.InvariantCulture),
            "--no-ui",
            "--log-disable",
            "--ctx-size",
            "4096",
            "--parallel",
            "2",
        ];

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
