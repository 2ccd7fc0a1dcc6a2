namespace MetaKube.Model;

/// <summary>A person as memory stores one: a platform and a name or an id, such as "cli:ada".</summary>
public static class Person
{
    /// <summary>The name for the start of a sentence; an id of a chat platform tells a reader nothing.</summary>
    public static string NameOf(string person)
    {
        var colon = person.IndexOf(':', StringComparison.Ordinal);
        var name = person[(colon + 1)..];
        if (name.Length == 0)
            return "A colleague";
        return (colon < 0 ? "" : person[..colon]) switch
        {
            "slack" or "teams" => "A colleague",
            "import" => $"The document {name}",
            "model" => $"The model {name}",
            _ => char.ToUpperInvariant(name[0]) + name[1..],
        };
    }
}
