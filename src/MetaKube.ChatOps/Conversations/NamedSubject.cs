using MetaKube.Model;

namespace MetaKube.ChatOps.Conversations;

/// <summary>The object that the words of a message name, seen from the thread.</summary>
internal abstract record NamedSubject
{
    /// <summary>The words name nothing: they are about the thread's subject.</summary>
    public sealed record Nothing : NamedSubject;

    /// <summary>The words name the thread's subject.</summary>
    public sealed record Same : NamedSubject;

    /// <summary>The words name something else.</summary>
    /// <param name="Symptom">The question about it.</param>
    /// <param name="Object">The object; null for a namespace, or for several objects.</param>
    /// <param name="Namespace">The namespace, where no object is named.</param>
    public sealed record Other(Symptom Symptom, ResourceRef? Object, string? Namespace) : NamedSubject
    {
        /// <summary>A sentence about words that fit nothing, or null.</summary>
        public string? Remark { get; init; }
    }

    /// <summary>The words name something that does not exist.</summary>
    /// <param name="Sentence">It says so, with what comes nearest.</param>
    public sealed record Missing(string Sentence) : NamedSubject;
}
