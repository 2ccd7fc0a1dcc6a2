using System.Globalization;

namespace MetaKube.ChatOps.Alerts;

/// <summary>
/// A time in which alerts are not investigated: from one moment to another, or each day between two times.
/// </summary>
internal sealed class MaintenanceWindow
{
    private LabelMatch? matcher;

    /// <summary>Regular expressions of whole values, by label; empty: the window applies to all alerts.</summary>
    public Dictionary<string, string> Match { get; set; } = [];

    public DateTimeOffset? Start { get; set; }

    public DateTimeOffset? End { get; set; }

    /// <summary>Times of day, such as "22:00-04:00"; an end before the start is on the next day.</summary>
    public string Daily { get; set; } = "";

    /// <summary>The days of the week on which the window starts; empty: every day.</summary>
    public DayOfWeek[] Days { get; set; } = [];

    /// <summary>The time zone of <see cref="Daily"/>, such as "Europe/Berlin".</summary>
    public string TimeZone { get; set; } = "UTC";

    public bool Covers(IReadOnlyDictionary<string, string> labels, DateTimeOffset now) =>
        !(now < Start)
        && !(now >= End)
        && (matcher ??= new(Match)).Fits(labels)
        && (Hours is not { } hours || IsWithin(hours, now));

    public IEnumerable<string> Problems(string setting)
    {
        if (Daily.Length > 0 && Hours is null)
            yield return $"{setting}:Daily: \"{Daily}\" is no time of day, as in 22:00-04:00.";
        if (Daily.Length == 0 && Days.Length > 0)
            yield return $"{setting}:Days needs Daily: the times of day at which the window starts and ends.";
        if (Daily.Length == 0 && Start is null && End is null)
            yield return $"{setting} has no Start, End or Daily: the window would never end.";
        if (Start >= End)
            yield return $"{setting}: the window ends before it starts.";
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
            yield return $"{setting}:TimeZone: \"{TimeZone}\" is not known.";
        foreach (var problem in LabelMatch.Problems(setting, Match))
            yield return problem;
    }

    private (TimeOnly From, TimeOnly To)? Hours =>
        Daily.Split('-') is [var from, var to] && Read(from) is { } start && Read(to) is { } end ? (start, end) : null;

    private bool IsWithin((TimeOnly From, TimeOnly To) hours, DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(TimeZone));
        var time = TimeOnly.FromTimeSpan(local.TimeOfDay);
        if (!time.IsBetween(hours.From, hours.To))
            return false;
        // After midnight the window is the one that started on the day before.
        var started = time < hours.From ? local.AddDays(-1).DayOfWeek : local.DayOfWeek;
        return Days.Length == 0 || Days.Contains(started);
    }

    private static TimeOnly? Read(string text) =>
        TimeOnly.TryParseExact(text.Trim(), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : null;
}
