namespace MetaKube.Faults;

/// <summary>A knowledge file that cannot be read; the message names the file, line and column.</summary>
public sealed class KnowledgeFormatException : FormatException
{
    public KnowledgeFormatException() { }

    public KnowledgeFormatException(string message)
        : base(message) { }

    public KnowledgeFormatException(string message, Exception inner)
        : base(message, inner) { }
}
