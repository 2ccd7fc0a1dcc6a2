using System.Text.Json.Serialization;
using MetaKube.Model;

namespace MetaKube.Chat;

public sealed record ReportedSignal(
    string Id,
    SignalKind Kind,
    ReportedResource? Resource,
    string Source,
    string Summary,
    string Quote,
    double Strength,
    int Count,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? At,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Command
)
{
    public static ReportedSignal Of(Signal signal) =>
        new(
            signal.Id,
            signal.Kind,
            ReportedResource.Of(signal.Resource),
            signal.Source,
            signal.Summary,
            signal.Quote,
            Math.Round(signal.Strength, 2),
            signal.Count,
            signal.At,
            signal.Command
        );

    public Signal ToSignal() =>
        new()
        {
            Id = Id,
            Kind = Kind,
            Resource = Resource?.ToResource(),
            Source = Source,
            Summary = Summary,
            Quote = Quote,
            Strength = Strength,
            Count = Count,
            At = At,
            Command = Command,
        };
}
