using System.Text.Json.Serialization;
using MetaKube.Model;

namespace MetaKube.Chat;

public sealed record ReportedResource(
    string Kind,
    string? Namespace,
    string Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Container
)
{
    public static ReportedResource? Of(ResourceRef? resource) =>
        resource is null ? null : new(resource.Kind, resource.Namespace, resource.Name, resource.Container);

    public ResourceRef ToResource() => new(Kind, Namespace, Name, Container);
}
