using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Garnet;
using Garnet.common;
using Garnet.server;
using Garnet.server.Auth.Settings;
using StackExchange.Redis;
using Tsavorite.core;

namespace MetaKube.Redis;

/// <summary>
/// The embedded default: a Garnet server in the first process that uses a data directory. Others find its port there
/// and connect; when it
/// ends, one of them takes over.
/// </summary>
public sealed class GarnetConnection : IRedisConnection
{
    /// <summary>Milliseconds.</summary>
    private const int SlowestAnswer = 30_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15),
        Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Bytes of the append-only file that a start may have to replay.</summary>
    private const long LongestReplay = 1024 * 1024;

    private readonly string directory;
    private readonly SemaphoreSlim gate = new(1, 1);
    private FileStream? ownership;
    private GarnetServer? server;
    private bool mustOwn;
    private ConnectionMultiplexer? multiplexer;

    private GarnetConnection(string directory) => this.directory = directory;

    /// <exception cref="StoreUnavailableException">The directory cannot be used, or no server comes up.</exception>
    /// <param name="directory">The data directory.</param>
    /// <param name="isService">This process stays, and must run the server itself: whoever has it now is waited
    /// for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<GarnetConnection> OpenAsync(
        string directory,
        CancellationToken cancellationToken,
        bool isService = false
    )
    {
        var connection = new GarnetConnection(directory) { mustOwn = isService };
        try
        {
            Directory.CreateDirectory(directory);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(
                    directory,
                    UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                );
            await connection.DatabaseAsync(cancellationToken);
            // What a killed process left at the end of the append-only file may stop the next start from reading on
            // behind it: a service begins with a file of its own.
            if (isService)
                await connection.CheckpointAsync(always: true);
            return connection;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await connection.DisposeAsync();
            throw new StoreUnavailableException($"The data directory {directory} cannot be used: {e.Message}", e);
        }
        catch (Exception e) when (e is GarnetException or TsavoriteException)
        {
            await connection.DisposeAsync();
            throw new StoreUnavailableException($"The embedded server in {directory} does not start: {e.Message}", e);
        }
    }

    /// <summary>Whether this process runs the server.</summary>
    public bool IsOwner => server is not null;

    public IConnectionMultiplexer Multiplexer =>
        multiplexer ?? throw new StoreUnavailableException("The embedded server is not running.");

    public bool IsConnected => multiplexer is { IsConnected: true };

    private string LockFile => Path.Combine(directory, "garnet.lock");

    private string PortFile => Path.Combine(directory, "garnet.port");

    public async Task<T> RunAsync<T>(Func<IDatabase, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await RunWithRetryAsync(work, cancellationToken);
        }
        catch (Exception e) when (StoreUnavailableException.IsFailure(e))
        {
            throw StoreUnavailableException.From(e);
        }
    }

    private async Task<T> RunWithRetryAsync<T>(Func<IDatabase, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work(await DatabaseAsync(cancellationToken));
        }
        catch (RedisConnectionException)
        {
            // The process that ran the server has ended: find its successor, or become it.
            await ForgetAsync();
            return await work(await DatabaseAsync(cancellationToken));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (IsOwner)
            await CheckpointAsync();
        await ForgetAsync();
        server?.Dispose();
        if (ownership is not null)
            await ownership.DisposeAsync();
        gate.Dispose();
    }

    private async Task<IDatabase> DatabaseAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (multiplexer is not null)
                return multiplexer.GetDatabase();
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(Patience);
            while (true)
            {
                if (server is null && TryOwn())
                    Start();
                multiplexer = mustOwn && server is null ? null : await TryConnectAsync();
                if (multiplexer is not null)
                    return multiplexer.GetDatabase();
                await Task.Delay(Pause, timeout.Token);
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StoreUnavailableException(
                mustOwn
                    ? $"Another process holds {LockFile}: another serve? Several of them need a Redis (Redis:Connection)."
                    : $"Another process holds {LockFile} and its server does not answer.",
                e
            );
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>
    /// Replaces a long append-only file by a checkpoint: replaying it is what a start waits for (4.3 s for 5,000
    /// episodes, 0.4 s from a checkpoint). Nothing
    /// depends on it; where it fails the file is replayed.
    /// </summary>
    private async Task CheckpointAsync(bool always = false)
    {
        try
        {
            if (multiplexer is null)
                return;
            var db = multiplexer.GetDatabase();
            var info = (string?)await db.ExecuteAsync("INFO", "PERSISTENCE") ?? "";
            long Address(string name) =>
                long.TryParse(
                    Regex.Match(info, $@"^{name}:(\d+)", RegexOptions.Multiline).Groups[1].Value,
                    CultureInfo.InvariantCulture,
                    out var value
                )
                    ? value
                    : 0;
            if (always || Address("TailAddress") - Address("BeginAddress") > LongestReplay)
                await db.ExecuteAsync("SAVE");
        }
        catch (RedisException)
        {
            // The append-only file still has everything.
        }
    }

    private async Task ForgetAsync()
    {
        if (Interlocked.Exchange(ref multiplexer, null) is { } old)
            await old.DisposeAsync();
    }

    /// <summary>The lock is the operating system's: it ends with the process, however that ends.</summary>
    private bool TryOwn()
    {
        try
        {
            ownership = new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
        {
            return false;
        }
    }

    private void Start()
    {
        File.Delete(PortFile);
        var port = FreePort();
        // Other users of this machine reach the port as well; the file that holds the password they cannot read.
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        // By options and not by arguments: parsing Garnet's command line takes longer than starting it.
        server = new GarnetServer(
            new GarnetServerOptions
            {
                EndPoints = [new IPEndPoint(IPAddress.Loopback, port)],
                AuthSettings = new PasswordAuthenticationSettings(password),
                CheckpointDir = Path.Combine(directory, "garnet"),
                EnableAOF = true,
                WaitForCommit = true,
                Recover = true,
                EnableVectorSetPreview = true,
                // Hangfire's storage releases its locks by scripts.
                EnableLua = true,
                LuaOptions = new LuaOptions(
                    LuaMemoryManagementMode.Native,
                    "",
                    TimeSpan.FromSeconds(5),
                    LuaLoggingMode.Enable,
                    []
                ),
                // The default needs libaio, which a plain machine does not have.
                DeviceType = DeviceType.RandomAccess,
                // What does not fit into memory goes to disk instead of being lost.
                EnableStorageTier = true,
                LogDir = Path.Combine(directory, "garnet"),
                LogMemorySize = "128m",
                PageSize = "4m",
                SegmentSize = "128m",
                IndexMemorySize = "2m",
                AofMemorySize = "32m",
                AofPageSize = "8m",
                AofSegmentSize = "128m",
                QuietMode = true,
            }
        );
        server.Start();
        var temporary = $"{PortFile}.new";
        File.WriteAllText(temporary, $"{port.ToString(CultureInfo.InvariantCulture)} {password}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move(temporary, PortFile, overwrite: true);
    }

    private async Task<ConnectionMultiplexer?> TryConnectAsync()
    {
        if (
            !File.Exists(PortFile)
            || (await File.ReadAllTextAsync(PortFile)).Split(' ', StringSplitOptions.TrimEntries)
                is not [var port, var password]
        )
            return null;
        try
        {
            return await ConnectionMultiplexer.ConnectAsync(
                new ConfigurationOptions
                {
                    EndPoints = { { "127.0.0.1", int.Parse(port, CultureInfo.InvariantCulture) } },
                    Password = password,
                    AllowAdmin = true,
                    ClientName = "metakube",
                    AbortOnConnectFail = true,
                    ConnectRetry = 1,
                    ConnectTimeout = 3000,
                    // The server is on this machine: one that is slow shares its CPU with whatever else is going on,
                    // and is not gone.
                    AsyncTimeout = SlowestAnswer,
                    SyncTimeout = SlowestAnswer,
                }
            );
        }
        catch (RedisConnectionException)
        {
            // The file is of a server that has ended.
            return null;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
