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
/// A connection to an embedded Garnet server, which is the default without a Redis. The first process that uses a data
/// directory runs the server; others read its port there and connect. When it ends, one of them takes over.
/// </summary>
public sealed class GarnetConnection : IRedisConnection
{
    /// <summary>Timeout of one command, in milliseconds.</summary>
    private const int CommandTimeout = 30_000;

    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(15),
        RetryDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>Bytes of the append-only file from which a checkpoint is written.</summary>
    private const long LongestReplay = 1024 * 1024;

    /// <summary>
    /// The embedded server blocks a thread of the process's pool for each command that waits for its log, and the pool
    /// grows by one or two a second. On two processors a storm of alerts was accepted with p99 of 753 ms without a
    /// minimum, 356 ms with 16 and 260 ms with 50.
    /// </summary>
    private const int PoolThreads = 50;

    private readonly string directory;
    private readonly SemaphoreSlim gate = new(1, 1);
    private FileStream? ownership;
    private GarnetServer? server;
    private bool mustOwn;
    private ConnectionMultiplexer? multiplexer;

    private GarnetConnection(string directory) => this.directory = directory;

    /// <param name="directory">The data directory.</param>
    /// <param name="isService">A service has to run the server itself: it waits until another process releases
    /// it.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="StoreUnavailableException">The directory cannot be used, or no server starts in
    /// time.</exception>
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
            // The torn end of the append-only file of a killed process may stop a later replay, so a service starts
            // with a new file.
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

    /// <summary>True if this process runs the server.</summary>
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
        var used = await DatabaseAsync(cancellationToken);
        try
        {
            return await work(used).WaitAsync(cancellationToken);
        }
        catch (RedisConnectionException)
        {
            // The process that ran the server has ended: connect to its successor, or become it.
            await DisconnectAsync(used);
            return await work(await DatabaseAsync(cancellationToken)).WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (IsOwner)
            await CheckpointAsync();
        if (Interlocked.Exchange(ref multiplexer, null) is { } open)
            await open.DisposeAsync();
        server?.Dispose();
        if (ownership is not null)
            await ownership.DisposeAsync();
        gate.Dispose();
    }

    private async Task<IDatabase> DatabaseAsync(CancellationToken cancellationToken)
    {
        if (multiplexer is { } open)
            return open.GetDatabase();
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (multiplexer is not null)
                return multiplexer.GetDatabase();
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(OpenTimeout);
            while (true)
            {
                if (server is null && TryOwn())
                    Start();
                multiplexer = mustOwn && server is null ? null : await TryConnectAsync();
                if (multiplexer is not null)
                    return multiplexer.GetDatabase();
                await Task.Delay(RetryDelay, timeout.Token);
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StoreUnavailableException(
                mustOwn
                    ? $"Another process holds {LockFile}. Several services need a Redis (Redis:Connection)."
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
    /// Replaces a long append-only file by a checkpoint, which the next start reads faster (0.4 s instead of 4.3 s for
    /// 5,000 episodes). If it fails, the next start replays the file.
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
            // The append-only file is still complete.
        }
    }

    /// <summary>Closes a broken connection, unless another call has replaced it already.</summary>
    private async Task DisconnectAsync(IDatabase broken)
    {
        if (
            broken.Multiplexer is ConnectionMultiplexer old
            && Interlocked.CompareExchange(ref multiplexer, null, old) == old
        )
            await old.DisposeAsync();
    }

    /// <summary>The operating system releases the file lock when the process ends in any way.</summary>
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
        // Other users of this machine can reach the port, but cannot read the file with the password.
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        server = new GarnetServer(OptionsOf(port, password));
        server.Start();
        var temporary = $"{PortFile}.new";
        File.WriteAllText(temporary, $"{port.ToString(CultureInfo.InvariantCulture)} {password}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move(temporary, PortFile, overwrite: true);
    }

    // Options instead of arguments: parsing Garnet's command line takes longer than starting the server.
    private GarnetServerOptions OptionsOf(int port, string password) =>
        new()
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
            // Data that does not fit into memory moves to disk.
            EnableStorageTier = true,
            LogDir = Path.Combine(directory, "garnet"),
            LogMemorySize = "128m",
            PageSize = "4m",
            SegmentSize = "128m",
            IndexMemorySize = "2m",
            AofMemorySize = "32m",
            AofPageSize = "8m",
            AofSegmentSize = "128m",
            ThreadPoolMinThreads = PoolThreads,
            QuietMode = true,
        };

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
                    // The server runs on this machine: a slow answer means a busy processor, not a lost server.
                    AsyncTimeout = CommandTimeout,
                    SyncTimeout = CommandTimeout,
                }
            );
        }
        catch (RedisConnectionException)
        {
            // The file belongs to a server that has ended.
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
