using MetaKube.Cluster.Logs;

namespace MetaKube.Tests.Cluster.Logs;

public sealed class LogTemplatesTests
{
    private static (LogTemplates Templates, IReadOnlyList<LogEntry> Entries) Of(params string[] lines)
    {
        var entries = LogEntry.Split(lines);
        return (new(entries), entries);
    }

    [Fact]
    public void Entries_that_differ_in_numbers_share_a_template()
    {
        var (templates, entries) = Of(
            "request 17 took 31 ms for user 5",
            "request 18 took 12 ms for user 9",
            "connection to the database lost"
        );
        templates.Like(entries[0]).Count.ShouldBe(2);
        templates.Like(entries[2]).Count.ShouldBe(1);
    }

    [Fact]
    public void Entries_of_different_words_do_not()
    {
        var (templates, entries) = Of("cache is warm now", "database went away today");
        templates.Like(entries[0]).Count.ShouldBe(1);
    }
}
