using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using MetaKube.Model;

namespace MetaKube.ChatOps.KubeLlm;

/// <summary>
/// Runs llama-server as a child process: starts it with the configured model, waits until it is ready, restarts it when
/// it exits, and stops it on disposal. A second metakube process on the same machine uses the server of the first one.
/// </summary>
internal sealed class LlamaServer(KubeLlmOptions options, string directory, TimeProvider time) : IAsyncDisposable
{
    private const int DefaultSlots = 2,
        DefaultContext = 16384,
        LinesKept = 20;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100),
        FirstBackOff = TimeSpan.FromSeconds(1),
        LongestBackOff = TimeSpan.FromSeconds(60),
        Stable = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource stopping = new();
    private readonly HttpClient health = new(new SocketsHttpHandler { UseProxy = false })
    {
        Timeout = TimeSpan.FromSeconds(2),
    };
    private readonly Queue<string> lastLines = [];
    private Process? process;
    private Task? watch;
    private int port;

    /// <summary>The file that tells other metakube processes about the server.</summary>
    private string State => Path.Combine(directory, "llama-server.json");

    /// <summary>The server's output; the output of the run before is in the same file with ".1" appended.</summary>
    public string Log => Path.Combine(directory, "llama-server.log");

    /// <summary>Starts the server if it does not run, and waits until it has loaded the model.</summary>
    /// <returns>The server's address.</returns>
    /// <exception cref="ModelUnavailableException">The server cannot be started; the message gives the
    /// reason.</exception>
    public async Task<Uri> StartAsync(CancellationToken cancellationToken)
    {
        var model = ModelFile();
        if (watch is null)
        {
            Directory.CreateDirectory(directory);
            if (await FindAsync(model, cancellationToken) is { } running)
                return Address(running.Port);
            port = options.Port > 0 ? options.Port : FreePort();
            if (!IsFree(port))
                throw new ModelUnavailableException(
                    $"port {port} is taken by another program: set KubeLlm:Port to a free one, or to 0 for any"
                );
            Spawn(model);
            watch = WatchAsync(model);
        }
        while (!await IsReadyAsync(port, cancellationToken))
        {
            if (process is { HasExited: true } ended && ended.ExitCode is var code)
                throw new ModelUnavailableException(
                    $"{options.Server} ended with status {code} ({LastWords()}); its log is {Log}"
                );
            await Task.Delay(Poll, time, cancellationToken);
        }
        return Address(port);
    }

    /// <exception cref="ModelUnavailableException">The configured model's file does not exist.</exception>
    private string ModelFile()
    {
        var catalogue = ModelCatalogue.Load();
        var model = catalogue.FileOf(options.Model, directory);
        if (File.Exists(model))
            return model;
        throw new ModelUnavailableException(
            catalogue.Find(options.Model) is { } known
                ? $"{known.Name} is not on this machine: metakube model pull {known.Name} gets it"
                : $"there is no model file {model} (KubeLlm:Model)"
        );
    }

    /// <summary>
    /// Finds a server that another metakube process has started with the same model. Stops a server whose parent
    /// process no longer runs.
    /// </summary>
    private async Task<RunningServer?> FindAsync(string model, CancellationToken cancellationToken)
    {
        RunningServer? running;
        try
        {
            running = JsonSerializer.Deserialize(
                await File.ReadAllTextAsync(State, cancellationToken),
                KubeLlmJson.Default.RunningServer
            );
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
        if (running?.Server.Find() is not { } server)
            return null;
        using (server)
        {
            if (running.Owner.Find() is { } owner)
            {
                owner.Dispose();
                return running.Model == model && await IsReadyAsync(running.Port, cancellationToken) ? running : null;
            }
            // The parent process was killed and could not stop it.
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync(cancellationToken);
        }
        return null;
    }

    private void Spawn(string model)
    {
        var start = new ProcessStartInfo(options.Server, Arguments(model))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        // Every user of this machine can reach the port; without a key they could read the prompts in its slots.
        if (options.ApiKey.Length > 0)
            start.Environment["LLAMA_API_KEY"] = options.ApiKey;
        if (File.Exists(Log))
            File.Move(Log, $"{Log}.1", overwrite: true);
        var log = TextWriter.Synchronized(new StreamWriter(Log) { AutoFlush = true });
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            log.Dispose();
            throw NotStarted(e);
        }
        // A server that reads its input gets end of file at once and does not wait.
        process.StandardInput.Close();
        process.OutputDataReceived += (_, line) => Write(log, line.Data);
        process.ErrorDataReceived += (_, line) => Write(log, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        WriteState(process, model);
    }

    private string[] Arguments(string model)
    {
        var slots = options.Slots > 0 ? options.Slots : DefaultSlots;
        var context = options.Context > 0 ? options.Context : DefaultContext;
        // The number of layers on the GPU is left out: llama-server then takes as many as fit.
        return
        [
            "--model",
            model,
            "--host",
            "127.0.0.1",
            "--port",
            port.ToString(CultureInfo.InvariantCulture),
            "--parallel",
            slots.ToString(CultureInfo.InvariantCulture),
            "--ctx-size",
            (slots * context).ToString(CultureInfo.InvariantCulture),
            "--no-ui",
            "--offline",
        ];
    }

    private ModelUnavailableException NotStarted(Win32Exception e)
    {
        var reason = e.NativeErrorCode switch
        {
            2 => "there is no such program",
            13 => "it may not be run",
            _ => e.Message,
        };
        return new(
            $"{options.Server} cannot be started ({reason}): install llama.cpp, "
                + "or set KubeLlm:Server to the path of llama-server",
            e
        );
    }

    private void Write(TextWriter log, string? line)
    {
        if (line is null)
            return;
        try
        {
            log.WriteLine(line);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // A full disk must not stop the server.
        }
        lock (lastLines)
        {
            lastLines.Enqueue(line);
            if (lastLines.Count > LinesKept)
                lastLines.Dequeue();
        }
    }

    private void WriteState(Process server, string model)
    {
        using var owner = Process.GetCurrentProcess();
        File.WriteAllText(
            State,
            JsonSerializer.Serialize(
                new(KnownProcess.Of(server), KnownProcess.Of(owner), port, model),
                KubeLlmJson.Default.RunningServer
            )
        );
    }

    /// <summary>Restarts the server when it exits, with exponential back-off.</summary>
    private async Task WatchAsync(string model)
    {
        var backOff = FirstBackOff;
        try
        {
            while (true)
            {
                var began = time.GetTimestamp();
                await process!.WaitForExitAsync(stopping.Token);
                backOff = time.GetElapsedTime(began) > Stable ? FirstBackOff : backOff;
                await Task.Delay(backOff, time, stopping.Token);
                backOff = backOff * 2 > LongestBackOff ? LongestBackOff : backOff * 2;
                // The old process object is not disposed: a concurrent StartAsync may be reading its exit code.
                Spawn(model);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposal stops the loop.
        }
        catch (ModelUnavailableException)
        {
            // The program no longer exists; the next call of StartAsync reports it.
        }
    }

    private async Task<bool> IsReadyAsync(int at, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await health.GetAsync(new Uri(Address(at), "health"), cancellationToken);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e)
            when (e is HttpRequestException
                || e is OperationCanceledException && !cancellationToken.IsCancellationRequested
            )
        {
            return false;
        }
    }

    private string LastWords()
    {
        lock (lastLines)
            return lastLines.LastOrDefault(line =>
                    line.Contains("error", StringComparison.OrdinalIgnoreCase)
                    || line.Contains("failed", StringComparison.OrdinalIgnoreCase)
                )
                ?? lastLines.LastOrDefault()
                ?? "it wrote nothing";
    }

    private static Uri Address(int port) => new($"http://127.0.0.1:{port}/");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        if (watch is not null)
        {
            await watch;
            if (!process!.HasExited)
                process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            File.Delete(State);
        }
        process?.Dispose();
        health.Dispose();
        stopping.Dispose();
    }
}
