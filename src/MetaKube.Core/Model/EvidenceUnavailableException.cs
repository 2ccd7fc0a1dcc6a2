namespace MetaKube.Model;

/// <summary>The cluster, dump or pasted text cannot be read at all; the message is one sentence for a person.</summary>
public class EvidenceUnavailableException : Exception
{
    public EvidenceUnavailableException(string message)
        : base(message) { }

    public EvidenceUnavailableException(string message, Exception inner)
        : base(message, inner) { }
}
