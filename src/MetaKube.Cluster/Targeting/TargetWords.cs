using MetaKube.Model;

namespace MetaKube.Cluster.Targeting;

/// <summary>Ordinary English words of questions, which are no names of objects.</summary>
internal static class TargetWords
{
    private static readonly HashSet<string> Ordinary = Words(
        """
        a an and any anything all also again always am are as at be been being but by can can't cannot could
        did do does doesn't doing don't down during each every everything fail failed failing fails failure
        few for from get gets getting give got had happen happened happening happens has hasn't have having
        help hey hi how i i'm if in into is isn't it it's its just keep keeps kept last look looks make many
        me my need never new no not nothing now of off on one only or other our out over please restart
        restarted restarting restarts run running runs same say says see seem seems should show since so
        some something start started starting starts stay stays still stop stopped stopping stops stuck such
        take tell than that the their them then there these they this those to today too try trying unable
        up us very was wasn't we went were what what's when where which while who why will with won't work
        working works would wrong you your crash crashed crashes crashing crashloop crashloopbackoff loop
        looping pending evicted unhealthy healthy unavailable available broken break breaking breaks error
        errors erroring slow slowly timeout timeouts timing timed reach reached reachable unreachable
        respond responding response answer answering dead die died dies dying kill killed killing oom
        oomkilled imagepullbackoff errimagepull image pull pulling ready unready notready bad problem
        problems issue issues trouble incident alert alerts cluster kubernetes k8s app application program
        workload workloads resource resources schedule scheduled scheduling unschedulable deployed deploying
        come coming go going state status terminating terminated delete deleted deleting missing bound bind
        unbound mount mounting log logs event events cause root reason check diagnose debug investigate
        explain find fix health ok okay fine alive backoff creating createcontainerconfigerror here
        everywhere around currently right actually really calling call calls called behind serve served
        serving outside inside user users customer customers page pages site website metakube hello thanks
        thank yesterday minutes minute hours hour ago recently suddenly time times after before until
        because connect connecting connection connections traffic request requests
        """
    );

    /// <summary>Ordinary words that are common names as well; they mean an object of exactly that name only.</summary>
    private static readonly HashSet<string> Nouns = Words(
        """
        app alert alerts event events image images user users customer customers page pages site website
        status health incident traffic
        """
    );

    /// <summary>True if an ordinary word is a common name as well.</summary>
    public static bool MayBeName(string word) => Nouns.Contains(word);

    public static bool IsOrdinary(string word) => Ordinary.Contains(word) || QuestionWords.KindOf(word) is not null;

    private static HashSet<string> Words(string text) =>
        new(text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), StringComparer.OrdinalIgnoreCase);
}
