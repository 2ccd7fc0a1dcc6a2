using System.Text.Json.Serialization;

namespace MetaKube.Model;

/// <summary>
/// A Kubernetes object by kind and name, optionally with one of its containers. Cluster-scoped objects have no
/// namespace.
/// </summary>
public sealed record ResourceRef(string Kind, string? Namespace, string Name, string? Container = null)
{
    /// <summary>The kind of a pasted log whose container is not known; its name is the name of the text.</summary>
    public const string Log = "Log";

    /// <summary>The name of an object that pasted text shows without its name.</summary>
    public const string Unnamed = "unnamed";

    /// <summary>True if a command can name the object.</summary>
    [JsonIgnore]
    public bool IsNamed => Kind != Log && Name != Unnamed;

    /// <summary>The object without the container; topology and memory compare this.</summary>
    [JsonIgnore]
    public ResourceRef Object => Container is null ? this : this with { Container = null };

    public override string ToString()
    {
        var name = Namespace is null ? $"{Kind} {Name}" : $"{Kind} {Namespace}/{Name}";
        return Container is null ? name : $"{name} (container {Container})";
    }
}
