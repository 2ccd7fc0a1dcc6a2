using System.Text.Json.Serialization;

namespace MetaKube.Chat;

public sealed record ReportedLink(ReportedResource Resource, [property: JsonPropertyName("says")] string Description);
