namespace MetaKube.Cluster.Targeting;

/// <summary>Words of a question that are no names: kinds as people write them, and ordinary English words.</summary>
internal static class TargetWords
{
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["pod"] = "Pod",
        ["pods"] = "Pod",
        ["po"] = "Pod",
        ["container"] = "Pod",
        ["containers"] = "Pod",
        ["deployment"] = "Deployment",
        ["deployments"] = "Deployment",
        ["deploy"] = "Deployment",
        ["rollout"] = "Deployment",
        ["statefulset"] = "StatefulSet",
        ["sts"] = "StatefulSet",
        ["daemonset"] = "DaemonSet",
        ["ds"] = "DaemonSet",
        ["replicaset"] = "ReplicaSet",
        ["rs"] = "ReplicaSet",
        ["job"] = "Job",
        ["jobs"] = "Job",
        ["cronjob"] = "CronJob",
        ["cronjobs"] = "CronJob",
        ["cj"] = "CronJob",
        ["service"] = "Service",
        ["services"] = "Service",
        ["svc"] = "Service",
        ["ingress"] = "Ingress",
        ["ing"] = "Ingress",
        ["node"] = "Node",
        ["nodes"] = "Node",
        ["pvc"] = "PersistentVolumeClaim",
        ["claim"] = "PersistentVolumeClaim",
        ["persistentvolumeclaim"] = "PersistentVolumeClaim",
        ["volume"] = "PersistentVolumeClaim",
        ["pv"] = "PersistentVolume",
        ["persistentvolume"] = "PersistentVolume",
        ["hpa"] = "HorizontalPodAutoscaler",
        ["autoscaler"] = "HorizontalPodAutoscaler",
        ["horizontalpodautoscaler"] = "HorizontalPodAutoscaler",
        ["pdb"] = "PodDisruptionBudget",
        ["poddisruptionbudget"] = "PodDisruptionBudget",
        ["namespace"] = "Namespace",
        ["ns"] = "Namespace",
    };

    /// <summary>Words of questions that name no object. They mean one only with a kind beside them.</summary>
    private static readonly HashSet<string> Ordinary = WordsOf(
        """
        a actually after again ago alert alerts alive all also always am an and answer answering any
        anything app application are around as at available backoff bad be because been before behind being
        bind bound break breaking breaks broken but by call called calling calls can can't cannot cause
        check cluster come coming connect connecting connection connections could crash crashed crashes
        crashing crashloop crashloopbackoff createcontainerconfigerror creating currently customer customers
        dead debug delete deleted deleting deployed deploying diagnose did die died dies do does doesn't
        doing don't down during dying each errimagepull error erroring errors event events every everything
        everywhere evicted explain fail failed failing fails failure few find fine fix for from get gets
        getting give go going got had happen happened happening happens has hasn't have having health
        healthy hello help here hey hi hour hours how i i'm if image imagepullbackoff in incident inside
        into investigate is isn't issue issues it it's its just k8s keep keeps kept kill killed killing
        kubernetes last log logs look looks loop looping make many me metakube minute minutes missing mount
        mounting my need never new no not nothing notready now of off ok okay on one only oom oomkilled or
        other our out outside over page pages pending please problem problems program pull pulling reach
        reachable reached ready really reason recently request requests resource resources respond
        responding response restart restarted restarting restarts right root run running runs same say says
        schedule scheduled scheduling see seem seems serve served serving should show since site slow slowly
        so some something start started starting starts state status stay stays still stop stopped stopping
        stops stuck such suddenly take tell terminated terminating than thank thanks that the their them
        then there these they this those time timed timeout timeouts times timing to today too traffic
        trouble try trying unable unavailable unbound unhealthy unreachable unready unschedulable until up
        us user users very was wasn't we website went were what what's when where which while who why will
        with won't work working workload workloads works would wrong yesterday you your
        """
    );

    /// <summary>
    /// Ordinary words that are also names of programs. They mean an object only where one has exactly that name.
    /// </summary>
    private static readonly HashSet<string> Nouns = WordsOf(
        """
        alert alerts app customer customers event events health image images incident page pages site status
        traffic user users website
        """
    );

    private static HashSet<string> WordsOf(string text) =>
        new(text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries), StringComparer.OrdinalIgnoreCase);

    public static bool MayBeName(string word) => Nouns.Contains(word);

    public static string? KindOf(string word) => Kinds.GetValueOrDefault(word);

    public static bool IsOrdinary(string word) => Ordinary.Contains(word) || Kinds.ContainsKey(word);
}
