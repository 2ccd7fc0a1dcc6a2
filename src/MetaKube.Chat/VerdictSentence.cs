using MetaKube.Model;

namespace MetaKube.Chat;

/// <summary>
/// The first line of an answer: the object, its state and the cause in one sentence, such as "checkout in shop cannot
/// start: Secret checkout-db does not exist".
/// </summary>
public static class VerdictSentence
{
    /// <summary>Three lines on a phone. A longer cause stands in a sentence of its own.</summary>
    private const int Longest = 3 * PhoneScreen.Width;

    /// <summary>Characters of a root cause, such as "The container needs", that a clause may leave out.</summary>
    private const int MostUntold = 40;

    private const string Absent = "does not exist";

    /// <summary>Below it the sentence says that the cause is probable only.</summary>
    private const double Sure = 0.75;

    /// <summary>Words that begin a sentence and are no names.</summary>
    private static readonly HashSet<string> Ordinary =
    [
        "A",
        "An",
        "The",
        "This",
        "That",
        "It",
        "Its",
        "No",
        "Nothing",
        "Some",
        "One",
        "Two",
        "Several",
        "Another",
        "Container",
        "Containers",
        "Image",
        "Volume",
        "Claim",
        "Host",
        "Setting",
        "Nodes",
        "File",
        "Quota",
        "Budget",
        "Autoscaler",
        "Autoscalers",
        "Scheduling",
        "Admission",
        "Configuration",
        "Webhook",
    ];

    /// <returns>The sentence without its full stop, and the part of the root cause that it does not tell, or
    /// null.</returns>
    public static (string Sentence, string? Untold) Of(Diagnosis diagnosis, ResourceRef? target, string cluster)
    {
        var subject = (target ?? diagnosis.Resource)?.Object;
        return diagnosis.Fault switch
        {
            Diagnosis.None => ($"{Subject(target, diagnosis, cluster)} looks healthy", Without(diagnosis, Healthy)),
            Diagnosis.Unknown => (Undecided(diagnosis, subject, cluster), Without(diagnosis, NotDecided)),
            _ => OfCause(diagnosis, subject, cluster),
        };
    }

    private const string Healthy = "shows nothing abnormal. ",
        NotDecided = "Not decided. ";

    /// <summary>The root cause after words that the sentence repeats.</summary>
    private static string Without(Diagnosis diagnosis, string words)
    {
        var at = diagnosis.RootCause.IndexOf(words, StringComparison.Ordinal);
        return at < 0 ? diagnosis.RootCause : diagnosis.RootCause[(at + words.Length)..];
    }

    private static string Undecided(Diagnosis diagnosis, ResourceRef? subject, string cluster)
    {
        if (subject is null)
            return $"I cannot tell yet if cluster {cluster} is well";
        var name = AnswerWording.NameOf(subject);
        if (StateOf(diagnosis, subject) is { } state)
            return $"I cannot tell yet why {name} {state}";
        return $"I cannot tell yet if {name} is well";
    }

    private static string Subject(ResourceRef? target, Diagnosis diagnosis, string cluster)
    {
        if (target is not null)
            return AnswerWording.NameOf(target);
        const string Namespace = "Namespace ";
        // Without a target the answer is about a namespace, which the cause names, or about the cluster.
        return diagnosis.RootCause.StartsWith(Namespace, StringComparison.Ordinal)
            ? $"{Namespace}{diagnosis.RootCause[Namespace.Length..].Split(' ')[0]}"
            : $"Cluster {cluster}";
    }

    private static (string Sentence, string? Untold) OfCause(Diagnosis diagnosis, ResourceRef? subject, string cluster)
    {
        var (cause, rest) = CauseOf(diagnosis);
        if (subject is null)
            return ($"Cluster {cluster}: {cause}", rest);
        var isUnsure = diagnosis.Confidence < Sure;
        var because = isUnsure ? ", probably because " : ": ";
        var name = AnswerWording.NameOf(subject);
        var state = StateOf(diagnosis, subject);
        if (diagnosis.Resource?.Object is { } blamed && blamed != subject && !Mentions(cause, blamed))
        {
            var fails = state is null ? "has a problem with" : $"{state} because of";
            return ($"{name} {fails} {Beside(blamed, subject)}{because}{cause}", rest);
        }
        if (state is not null)
            return ($"{name} {state}{because}{cause}", rest);
        var unnamed = $"{name}{(isUnsure ? ", probably" : "")}: {cause}";
        return (rest is null && !isUnsure ? Named(subject, diagnosis.RootCause) ?? unnamed : unnamed, rest);
    }

    /// <summary>The name of an object in a sentence that names another.</summary>
    private static string Beside(ResourceRef blamed, ResourceRef subject)
    {
        var near = blamed.Namespace == subject.Namespace ? blamed with { Namespace = null } : blamed;
        return blamed.Name == subject.Name ? $"{blamed.Kind} {blamed.Name}" : AnswerWording.NameOf(near);
    }

    /// <summary>The cause itself with the namespace added, where it begins with the object; else null.</summary>
    private static string? Named(ResourceRef subject, string sentence)
    {
        if (sentence.Split(' ', 3) is not [var kind, var name, var says] || name != subject.Name)
            return null;
        var ns = subject.Namespace is { Length: > 0 } named ? $" in {named}" : "";
        return $"{kind} {name}{ns} {says.TrimEnd('.')}";
    }

    /// <summary>
    /// The cause as a clause, the absent object where one is to blame; and the root cause where that says more.
    /// </summary>
    private static (string Clause, string? Untold) CauseOf(Diagnosis diagnosis)
    {
        var sentence = diagnosis.RootCause.TrimEnd().TrimEnd('.');
        if (
            diagnosis.Chain is [{ Description: Absent } first, ..]
            && first.Resource.Object != diagnosis.Resource?.Object
        )
        {
            var clause = $"{first.Resource.Kind} {first.Resource.Name} {Absent}";
            return (clause, sentence.Length > clause.Length + MostUntold ? diagnosis.RootCause : null);
        }
        if (sentence.Length <= Longest)
            return (InSentence(sentence), null);
        var title = AnswerWording.Fault(diagnosis.Fault);
        return (title == diagnosis.Fault ? InSentence(ChatText.Cut(sentence, Longest)) : title, diagnosis.RootCause);
    }

    private static string InSentence(string sentence) =>
        Ordinary.Contains(sentence.Split(' ', 2)[0])
            ? $"{char.ToLowerInvariant(sentence[0])}{sentence[1..]}"
            : sentence;

    private static bool Mentions(string cause, ResourceRef resource) =>
        cause.Contains($" {resource.Name}", StringComparison.Ordinal)
        || cause.StartsWith(resource.Name, StringComparison.Ordinal);

    /// <summary>The state of the object in words, from the findings about it or its pods; null if none tells.</summary>
    private static string? StateOf(Diagnosis diagnosis, ResourceRef subject)
    {
        var states = diagnosis
            .Findings.Where(finding => finding is { IsChange: false } && IsAbout(finding.Resource, subject))
            .ToList();
        var (available, replicas) = states.Select(Replicas).FirstOrDefault(count => count.Replicas > 0);
        if (states.Select(finding => OfPod(finding, subject)).OfType<PodState>().ToList() is { Count: > 0 } found)
            return available > 0 ? $"has a pod that {Words(found.Min())}" : Words(found.Min());
        if (replicas == 0)
            return null;
        return available == 0 ? "has no pod that is ready" : $"runs only {available} of {replicas} replicas";
    }

    /// <summary>The states of a pod, the worst first.</summary>
    private enum PodState
    {
        Crashing,
        NotStarted,
        NotReady,
    }

    private static string Words(PodState state) =>
        state switch
        {
            PodState.Crashing => "keeps crashing",
            PodState.NotStarted => "cannot start",
            _ => "is not ready",
        };

    private static bool EndsByItself(ResourceRef subject) => subject.Kind is "Job" or "CronJob";

    private static PodState? OfPod(Finding finding, ResourceRef subject)
    {
        if (finding.Source.EndsWith("state.waiting.reason", StringComparison.Ordinal))
            return
                finding.Quote.Contains("CrashLoopBackOff", StringComparison.Ordinal)
                || finding.Quote.Contains("restarting failed container", StringComparison.Ordinal)
                ? PodState.Crashing
                : PodState.NotStarted;
        if (finding.Source.EndsWith("state.waiting.message", StringComparison.Ordinal))
            return PodState.NotStarted;
        return (finding.Source, finding.Quote) switch
        {
            ("status.phase", "Pending") => PodState.NotStarted,
            ("status.conditions[Ready]", _) when finding.Resource.Kind == "Pod" && !EndsByItself(subject) =>
                PodState.NotReady,
            _ => null,
        };
    }

    /// <summary>The replicas of a workload, of the finding that counts them; zeros of another finding.</summary>
    private static (int Available, int Replicas) Replicas(Finding finding) =>
        finding.Source == "status"
        && finding.Quote.Split(", ") is [var all, var ready]
        && Number(all, "replicas: ") is { } replicas
        && Number(ready, "availableReplicas: ") is { } available
            ? (available, replicas)
            : default;

    private static int? Number(string text, string name) =>
        text.StartsWith(name, StringComparison.Ordinal) && int.TryParse(text[name.Length..], out var number)
            ? number
            : null;

    private static bool IsAbout(ResourceRef found, ResourceRef subject) =>
        found.Object == subject
        || found.Kind == "Pod"
            && found.Namespace == subject.Namespace
            && subject.Kind is not ("Service" or "Ingress" or "Node")
            && found.Name.StartsWith($"{subject.Name}-", StringComparison.Ordinal);
}
