namespace MetaKube.Chat;

/// <summary>One request of a message.</summary>
/// <param name="Intent">The request.</param>
/// <param name="Text">The part of the message that holds it.</param>
/// <param name="Rest">The words of that part that neither belong to the request nor are common ones: they may name an
/// object.</param>
public sealed record IntentReading(Intent Intent, string Text, string Rest)
{
    /// <summary>True if all words of the part belong to the request.</summary>
    public bool IsWhole => Rest.Length == 0;

    /// <summary>The part without the words of the request: in it names are looked up.</summary>
    public string Named { get; init; } = Rest;

    /// <summary>True if several words of the part make the request, and not one that stands in any sentence.</summary>
    public bool IsSpecific { get; init; }

    /// <summary>True if the part speaks of "it", "this" and the like: of the thread's subject.</summary>
    public bool IsAboutSubject { get; init; }
}
