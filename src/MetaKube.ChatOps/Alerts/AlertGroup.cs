namespace MetaKube.ChatOps.Alerts;

/// <summary>The present state of one alert group, as a monitoring system reports it.</summary>
/// <param name="Source">The kind of monitoring system.</param>
/// <param name="Key">The same for each notification of the group.</param>
/// <param name="IsResolved">None of its alerts fires.</param>
/// <param name="Alerts">The alerts that fire, or, of a group that is resolved, those that did.</param>
/// <param name="More">Alerts that fire as well and are not among these.</param>
internal sealed record AlertGroup(
    string Source,
    string Key,
    bool IsResolved,
    IReadOnlyList<RaisedAlert> Alerts,
    int More = 0
);

/// <summary>One alert.</summary>
/// <param name="Fingerprint">The same as long as its labels are.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Subject">What it is called, or says.</param>
/// <param name="StartsAt">When it began to fire, or null.</param>
/// <param name="EndsAt">When it was resolved, or null.</param>
internal sealed record RaisedAlert(
    string Fingerprint,
    IReadOnlyDictionary<string, string> Labels,
    string Subject,
    DateTimeOffset? StartsAt,
    DateTimeOffset? EndsAt
)
{
    /// <summary>Its description, its expression and its value, as far as the notification has them.</summary>
    public string Statement { get; init; } = "";
}
