using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using MetaKube.Model;

namespace MetaKube.ChatOps.KubeLlm;

/// <summary>
/// A llama-server of our own: started with the chosen model, waited for, started again when it ends, stopped with us. A
/// second process of ours on
/// this machine uses the first one's.
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

    private string State => Path.Combine(directory, "llama-server.json");

    /// <summary>What the server writes, of this run and the one before it (".1").</summary>
    public string Log => Path.Combine(directory, "llama-server.log");

    /// <summary>Its address, once it has loaded the model.</summary>
    /// <exception cref="ModelUnavailableException">It cannot be started; the message says why.</exception>
    public async Task<Uri> StartAsync(CancellationToken cancellationToken)
    {
        var model = ModelCatalogue.Load().FileOf(options.Model, directory);
        if (!File.Exists(model))
            throw new ModelUnavailableException(
                ModelCatalogue.Load().Find(options.Model) is { } known
                    ? $"{known.Name} is not on this machine: metakube model pull {known.Name} gets it"
                    : $"there is no model file {model} (KubeLlm:Model)"
            );
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

    /// <summary>
    /// One that another process of ours has started, with the same model; one whose starter is gone is stopped.
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
            // Its starter was killed, and could not stop it.
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync(cancellationToken);
        }
        return null;
    }

    private void Spawn(string model)
    {
        var slots = options.Slots > 0 ? options.Slots : DefaultSlots;
        var context = options.Context > 0 ? options.Context : DefaultContext;
        var start = new ProcessStartInfo(options.Server)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        string[] arguments =
        [
            // GPU layers are automatic: as many as fit.
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
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        // It listens for everybody on this machine, who could otherwise read what others asked.
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
            throw new ModelUnavailableException(
                $"{options.Server} cannot be started ({e.NativeErrorCode switch { 2 => "there is no such program", 13 => "it may not be run", _ => e.Message }}): install llama.cpp, or set KubeLlm:Server to where llama-server is",
                e
            );
        }
        // Windows and Linux alike: who has no more input need not wait for any.
        process.StandardInput.Close();
        process.OutputDataReceived += (_, line) => Write(line.Data);
        process.ErrorDataReceived += (_, line) => Write(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var us = Process.GetCurrentProcess();
        File.WriteAllText(
            State,
            JsonSerializer.Serialize(
                new(KnownProcess.Of(process), KnownProcess.Of(us), port, model),
                KubeLlmJson.Default.RunningServer
            )
        );

        void Write(string? line)
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
    }

    /// <summary>Starts it again when it ends, later each time.</summary>
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
                // The one before is not disposed of: who waits for the server may be looking at it.
                Spawn(model);
            }
        }
        catch (OperationCanceledException)
        {
            // We are being stopped.
        }
        catch (ModelUnavailableException)
        {
            // The program itself is gone: who asks next is told.
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
