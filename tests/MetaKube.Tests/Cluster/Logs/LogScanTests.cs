using System.Diagnostics;
using System.Text;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;

namespace MetaKube.Tests.Cluster.Logs;

public sealed class LogScanTests
{
    private const string Needle = "2026-11-24T11:20:00Z ERROR cannot open ledger: permission denied";

    private static string Healthy(int i) =>
        $"2026-11-24T11:10:00Z INFO request {i} of user-{i % 97} served in {i % 50} ms, 0 errors";

    private static Task<LogRead> ReadAsync(IEnumerable<string> lines) =>
        LogScan.ReadAsync(
            new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n")),
            LogScan.TailLines,
            LogScan.TailBytes,
            TestContext.Current.CancellationToken
        );

    [Fact]
    public async Task A_needle_in_fifty_thousand_healthy_lines_is_found()
    {
        var read = await ReadAsync(Enumerable.Range(0, 50_000).Select(i => i == 21_000 ? Needle : Healthy(i)));
        read.Earlier.ShouldHaveSingleItem().ShouldBe(new EarlierLine(Needle, 1, 28_999));
        read.Text!.Count(c => c == '\n').ShouldBe(LogScan.TailLines);
    }

    [Fact]
    public async Task Healthy_lines_are_no_errors() =>
        (await ReadAsync(Enumerable.Range(0, 5000).Select(Healthy))).Earlier.ShouldBeEmpty();

    [Fact]
    public async Task A_short_log_is_the_tail_alone()
    {
        var read = await ReadAsync([Healthy(1), Needle, Healthy(2)]);
        read.Text.ShouldBe($"{Healthy(1)}\n{Needle}\n{Healthy(2)}\n");
        read.Earlier.ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_lines_of_one_template_the_first_and_the_last_are_kept_with_their_number()
    {
        var lines = Enumerable.Range(0, 3000).Select(i => i < 2000 ? $"ERROR timeout of call {i}" : Healthy(i));
        var earlier = (await ReadAsync(lines)).Earlier;
        earlier.Select(line => line.Text).ShouldBe(["ERROR timeout of call 0", "ERROR timeout of call 1999"]);
        earlier.ShouldAllBe(line => line.Count == 2000);
    }

    [Fact]
    public async Task A_stack_trace_stays_with_its_line()
    {
        var read = await ReadAsync(
            [
                "java.lang.IllegalStateException: ledger is closed",
                "\tat com.example.Ledger.open(Ledger.java:7)",
                "Caused by: java.io.IOException: no route",
                .. Enumerable.Range(0, 1000).Select(Healthy),
            ]
        );
        read.Earlier.ShouldHaveSingleItem().Text.ShouldEndWith("Caused by: java.io.IOException: no route");
    }

    [Fact]
    public async Task Many_templates_of_errors_leave_a_bounded_number_of_lines()
    {
        var words = Enumerable.Range(0, 20_000).Select(i => new string((char)('a' + i % 26), i / 26 + 2));
        var read = await ReadAsync(
            words.Select(word => $"error: {word}").Concat(Enumerable.Range(0, 300).Select(Healthy))
        );
        read.Earlier.Count.ShouldBeInRange(1, 80);
    }

    [Fact]
    public async Task Ten_megabytes_are_read_in_time_linear_in_their_size()
    {
        var line = Encoding.UTF8.GetBytes(Healthy(7) + "\n");
        var log = new byte[10 * 1024 * 1024];
        for (var at = 0; at + line.Length <= log.Length; at += line.Length)
            line.CopyTo(log, at);
        var clock = Stopwatch.StartNew();
        await LogScan.ReadAsync(
            new MemoryStream(log),
            LogScan.TailLines,
            LogScan.TailBytes,
            TestContext.Current.CancellationToken
        );
        // A generous bound for a busy machine: it takes some tenths of a second alone.
        clock.Elapsed.TotalSeconds.ShouldBeLessThan(20);
    }
}
