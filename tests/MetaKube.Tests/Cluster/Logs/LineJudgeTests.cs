using MetaKube.Cluster.Logs;
using MetaKube.Model;

namespace MetaKube.Tests.Cluster.Logs;

public sealed class LineJudgeTests
{
    [Theory]
    [InlineData("2026-11-24 10:00:01 ERROR cannot open ledger", "Error")]
    [InlineData("[ERROR] ledger closed", "Error")]
    [InlineData("{\"ts\":1,\"level\":\"error\",\"msg\":\"no quorum\"}", "Error")]
    [InlineData("{\"level\":50,\"msg\":\"no quorum\"}", "Error")]
    [InlineData("time=2026 level=fatal msg=\"no quorum\"", "Fatal")]
    [InlineData("E1124 10:00:01.000001       1 loop.go:12] sync", "Error")]
    [InlineData("Nov 24 10:00:01 n1 kubelet[77]: W1124 10:00:01.533588 77 status.go:4] late", "Warning")]
    [InlineData("2026/11/24 10:00:01 [emerg] 1#1: bind() to [::]:8081", "Fatal")]
    [InlineData("fail: Shop.Ledger[0]", "Error")]
    [InlineData("[10:00:01 WRN] slow disk", "Warning")]
    [InlineData("2026-11-24 [INFO] the word ERROR follows", "Info")]
    [InlineData("all errors of yesterday were sent", "None")]
    public void The_level_of_any_common_format_is_read(string line, string severity) =>
        LineJudge.SeverityOf(line).ToString().ShouldBe(severity);

    [Theory]
    [InlineData("2026-11-24 INFO done, error=0, failed: 0")]
    [InlineData("{\"level\":\"info\",\"msg\":\"handled\",\"error_count\":0,\"err\":null}")]
    [InlineData("finished with no errors and 0 failed tasks")]
    [InlineData("server started, connect timeout=30s")]
    [InlineData("    at com.example.Ledger.open(Ledger.java:42)")]
    [InlineData("  File \"/app/ledger.py\", line 7, in open")]
    [InlineData("GET /error-log 200")]
    [InlineData("lo UNKNOWN 127.0.0.1/8")]
    [InlineData("")]
    public void An_ordinary_line_with_a_word_of_failure_is_no_signal(string line) =>
        LineJudge.StrengthOf(line).ShouldBe(0);

    [Theory]
    [InlineData("Failed to create the runtime, HRESULT: 0x80004005")]
    [InlineData("Illegal instruction (core dumped)")]
    [InlineData("LedgerError: There are still unapplied batches")]
    [InlineData("[WARN] (view) read(data/confg): no entry exists at data/confg")]
    [InlineData("socket() [::]:8080 failed (97: Address family not supported by protocol)")]
    public void A_line_that_says_what_went_wrong_is_telling(string line) =>
        LineJudge.StrengthOf(line).ShouldBeGreaterThanOrEqualTo(Signal.Telling);

    [Fact]
    public void Severity_orders_lines()
    {
        string[] lines =
        [
            "FATAL ledger is gone",
            "ERROR cannot open ledger",
            "WARN cannot open ledger",
            "INFO cannot open ledger",
            "DEBUG cannot open ledger",
        ];
        lines.Select(LineJudge.StrengthOf).ShouldBeInOrder(SortDirection.Descending);
    }

    [Theory]
    [InlineData("INFO GET /docs/errors/connection-refused 200 12ms")]
    [InlineData("INFO config: retry_on=\"5xx,connect-failure,refused-stream\"")]
    public void Paths_and_settings_of_a_line_of_information_are_no_complaints(string line) =>
        LineJudge.StrengthOf(line).ShouldBeLessThan(0.3);
}
