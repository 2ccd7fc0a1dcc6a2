using MetaKube.Cluster.Logs;

namespace MetaKube.Tests.Cluster.Logs;

public sealed class LogEntryTests
{
    [Fact]
    public void A_stack_trace_stays_with_the_line_that_began_it()
    {
        var entries = LogEntry.Split([
            "2026-11-24T10:00:00Z ERROR request failed",
            "java.lang.IllegalStateException: no",
            "at com.example.A.b(A.java:1)",
            "Caused by: java.io.IOException: disk",
            "... 3 more",
            "INFO next",
        ]);
        entries.Count.ShouldBe(3);
        entries[1]
            .Quote.ShouldBe(
                "java.lang.IllegalStateException: no at com.example.A.b(A.java:1) Caused by: "
                    + "java.io.IOException: disk ... 3 more"
            );
        entries[0].At.ShouldBe(new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void Of_a_JSON_line_its_message_and_error_are_judged()
    {
        var entry = LogEntry.Split([
            """{"ts":1,"level":"fatal","msg":"cannot start","error":"no route","password":"x"}""",
        ])[0];
        entry.Texts.ShouldBe(["level=fatal cannot start no route"]);
        LogEntry.Split(["{ not json"])[0].Texts.ShouldBe(["{ not json"]);
    }

    [Fact]
    public void Entries_that_differ_in_numbers_and_names_share_a_template()
    {
        var entries = LogEntry.Split([
            "dial tcp 10.0.0.1:80 refused (1)",
            "INFO order 7 shipped",
            "dial tcp 10.0.0.2:80 refused (2)",
            "INFO order 8 shipped",
            "FATAL out of stock",
        ]);
        var templates = new LogTemplates(entries);
        templates.Like(entries[0]).ShouldBe([entries[0], entries[2]]);
        templates.Like(entries[4]).Count.ShouldBe(1);
    }
}
