using System.Globalization;
using MetaKube.ChatOps.Alerts;

namespace MetaKube.Tests.Alerts;

public sealed class MaintenanceWindowTests
{
    private static readonly Dictionary<string, string> Labels = new() { ["namespace"] = "shop" };

    [Theory]
    [InlineData("2026-11-27T09:59:59Z", false)]
    [InlineData("2026-11-27T10:00:00Z", true)]
    [InlineData("2026-11-27T11:59:59Z", true)]
    [InlineData("2026-11-27T12:00:00Z", false)]
    public void A_window_includes_its_start_and_excludes_its_end(string now, bool covers) =>
        new MaintenanceWindow { Start = At("2026-11-27T10:00:00Z"), End = At("2026-11-27T12:00:00Z") }
            .Covers(Labels, At(now))
            .ShouldBe(covers);

    [Theory]
    [InlineData("2026-11-27T21:59:00Z", false)]
    [InlineData("2026-11-27T22:00:00Z", true)]
    [InlineData("2026-11-28T03:59:00Z", true)]
    [InlineData("2026-11-28T04:00:00Z", false)]
    public void A_daily_window_may_pass_midnight(string now, bool covers) =>
        new MaintenanceWindow { Daily = "22:00-04:00" }
            .Covers(Labels, At(now))
            .ShouldBe(covers);

    [Theory]
    [InlineData("2026-11-27T23:00:00Z", true)]
    [InlineData("2026-11-28T03:00:00Z", true)]
    [InlineData("2026-11-28T23:00:00Z", false)]
    [InlineData("2026-11-27T03:00:00Z", false)]
    public void Its_days_are_those_on_which_it_starts(string now, bool covers) =>
        // 27 November 2026 is a Friday.
        new MaintenanceWindow { Daily = "22:00-04:00", Days = [DayOfWeek.Friday] }
            .Covers(Labels, At(now))
            .ShouldBe(covers);

    [Theory]
    [InlineData("2026-01-15T21:30:00Z", true)]
    [InlineData("2026-01-15T20:30:00Z", false)]
    [InlineData("2026-07-15T20:30:00Z", true)]
    [InlineData("2026-07-15T19:30:00Z", false)]
    public void A_daily_window_follows_its_time_zone_through_the_year(string now, bool covers) =>
        new MaintenanceWindow { Daily = "22:00-23:00", TimeZone = "Europe/Berlin" }
            .Covers(Labels, At(now))
            .ShouldBe(covers);

    [Fact]
    public void Only_alerts_with_its_labels_are_covered()
    {
        var window = new MaintenanceWindow
        {
            Daily = "00:00-23:59",
            Match = new() { ["namespace"] = "shop" },
        };
        window.Covers(Labels, At("2026-11-27T10:00:00Z")).ShouldBeTrue();
        window
            .Covers(new Dictionary<string, string> { ["namespace"] = "payments" }, At("2026-11-27T10:00:00Z"))
            .ShouldBeFalse();
    }

    [Theory]
    [InlineData("22-4", "UTC", null, null, ":Daily")]
    [InlineData("25:00-04:00", "UTC", null, null, ":Daily")]
    [InlineData("22:00-04:00", "Europe/Atlantis", null, null, ":TimeZone")]
    [InlineData("", "UTC", null, null, "no Start, End or Daily")]
    [InlineData("", "UTC", "2026-11-28", "2026-11-27", "ends before it starts")]
    public void A_window_that_cannot_be_meant_is_named(
        string daily,
        string zone,
        string? start,
        string? end,
        string problem
    ) =>
        new MaintenanceWindow
        {
            Daily = daily,
            TimeZone = zone,
            Start = start is null ? null : At(start),
            End = end is null ? null : At(end),
        }
            .Problems("Alerts:Maintenance:0")
            .ShouldHaveSingleItem()
            .ShouldContain(problem);

    [Fact]
    public void Days_without_hours_are_named() =>
        new MaintenanceWindow { Days = [DayOfWeek.Friday], End = At("2026-11-28") }
            .Problems("Alerts:Maintenance:0")
            .ShouldHaveSingleItem()
            .ShouldContain("needs Daily");

    private static DateTimeOffset At(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
