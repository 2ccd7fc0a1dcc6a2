using System.Text;
using MetaKube.Cluster.Logs;

namespace MetaKube.Tests.Cluster.Logs;

public sealed class LogTailTests
{
    /// <summary>A stream as of a response: it can only be read forwards.</summary>
    private sealed class Forward(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }

    private static Task<string> ReadAsync(string text, int bytes, bool canSeek) =>
        LogTail.ReadAsync(
            canSeek ? new MemoryStream(Encoding.UTF8.GetBytes(text)) : new Forward(Encoding.UTF8.GetBytes(text)),
            bytes,
            TestContext.Current.CancellationToken
        );

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_short_log_is_read_whole(bool canSeek) =>
        (await ReadAsync("a\nb\n", 100, canSeek)).ShouldBe("a\nb\n");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_long_log_begins_with_a_whole_line(bool canSeek)
    {
        var text = string.Join('\n', Enumerable.Range(0, 20_000).Select(i => $"line {i:00000}"));
        var tail = await ReadAsync(text, 1000, canSeek);
        tail.Length.ShouldBeLessThanOrEqualTo(1000);
        tail.ShouldStartWith("line ");
        tail.ShouldEndWith("line 19999");
    }
}
