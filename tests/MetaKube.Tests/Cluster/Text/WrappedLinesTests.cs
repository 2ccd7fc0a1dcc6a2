using MetaKube.Cluster.Text;

namespace MetaKube.Tests.Cluster.Text;

public sealed class WrappedLinesTests
{
    private const int Width = 80;

    private static string Broken(string text) =>
        string.Join('\n', text.Split('\n').SelectMany(line => line.Chunk(Width)).Select(part => new string(part)));

    [Fact]
    public void Lines_that_a_terminal_broke_are_joined()
    {
        const string text = """
            2026-11-24 10:00:01 ERROR the ledger cannot be opened because the volume that holds it was mounted read-only
            2026-11-24 10:00:02 ERROR the ledger cannot be opened because the volume that holds it was mounted read-only
            2026-11-24 10:00:03 INFO stopping
            """;
        WrappedLines.Join(Broken(text)).ShouldBe(text);
    }

    [Fact]
    public void Rows_of_equal_length_are_no_broken_lines()
    {
        var rows = string.Join(
            '\n',
            Enumerable
                .Range(0, 5)
                .Select(i => $"web-{i}   0/1   CrashLoopBackOff   7   13m   10.8.1.1{i}   node-{i}   <none>   <none>")
        );
        WrappedLines.Join(rows).ShouldBe(rows);
    }

    [Fact]
    public void Log_lines_of_equal_length_are_no_broken_lines()
    {
        var lines = string.Join(
            '\n',
            Enumerable.Range(0, 5).Select(i => $"2026-11-24 10:00:0{i} INFO order {i} was taken and is in the ledger")
        );
        WrappedLines.Join(lines).ShouldBe(lines);
    }
}
