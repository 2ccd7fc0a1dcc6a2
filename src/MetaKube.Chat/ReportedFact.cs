using System.Text.Json.Serialization;
using MetaKube.Model;

namespace MetaKube.Chat;

public sealed record ReportedFact(
    string Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Fault,
    ReportedResource Resource,
    string Summary,
    string Source,
    string Quote,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Knowledge = null
)
{
    public Finding ToFinding() =>
        new()
        {
            Id = Id,
            Fault = Fault,
            Resource = Resource.ToResource(),
            Summary = Summary,
            Source = Source,
            Quote = Quote,
            Knowledge = Knowledge,
        };
}
