using MetaKube.Model;

namespace MetaKube.Chat;

/// <summary>A cause in a person's words, with the person's name and the time.</summary>
public sealed record ReportedOpen(string Words, string By, DateTimeOffset At)
{
    public static ReportedOpen? Of(OpenCause? open) =>
        open is null ? null : new(open.Words, Person.NameOf(open.By), open.At);

    public OpenCause ToOpenCause() => new(Words, By, At);
}
