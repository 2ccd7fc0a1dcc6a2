using System.Text.RegularExpressions;

namespace MetaKube.Cluster.Text;

/// <summary>A row of a table whose header was not pasted, recognised by the form of its cells.</summary>
internal static partial class PastedRow
{
    private static readonly (Regex Form, string Header)[] Known =
    [
        (PodForm(), "READY STATUS RESTARTS AGE IP NODE"),
        (WorkloadForm(), "READY UP-TO-DATE AVAILABLE AGE"),
        (SetForm(), "READY AGE"),
        (ReplicaForm(), "DESIRED CURRENT READY AGE"),
        (DaemonForm(), "DESIRED CURRENT READY UP-TO-DATE AVAILABLE"),
        (ServiceForm(), "TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE"),
        (NodeForm(), "STATUS ROLES AGE VERSION"),
        (ClaimForm(), "STATUS VOLUME CAPACITY ACCESS STORAGECLASS AGE"),
    ];

    /// <summary>True if the line has the form of a row; of a kind that a command names, or of pods.</summary>
    public static bool IsRow(string line, PastedCommand? command) =>
        line.Length is > 8 and < 600 && Cells(line, command) is not null;

    /// <summary>The cells by column, with the namespace if there is one.</summary>
    public static IReadOnlyDictionary<string, string>? Cells(string line, PastedCommand? command)
    {
        var isGet = command is { IsKubectl: true, Verb: "get" };
        if (command is not null && !isGet)
            return null;
        // Without a command, only pods are certain.
        foreach (var (form, header) in isGet ? Known : Known[..1])
        {
            if (form.Match(line) is not { Success: true } match)
                continue;
            var words = Word().Matches(line[match.Groups["rest"].Index..]).Select(word => word.Value);
            var cells = header.Split(' ').Zip(words).ToDictionary(pair => pair.First, pair => pair.Second);
            cells["NAME"] = match.Groups["name"].Value;
            if (match.Groups["ns"] is { Success: true } ns)
                cells["NAMESPACE"] = ns.Value;
            return cells;
        }
        return null;
    }

    private const string Names =
        @"^\s*(?:(?<ns>[a-z0-9][a-z0-9-]*)\s+)?(?<name>(?:[a-z.]+/)?[a-z0-9][a-z0-9.-]*[a-z0-9])\s+(?<rest>";

    private const string Age = @"(?:\d{1,6}[smhdy][\dsmhdy]*|<unknown>|<invalid>)\b";

    [GeneratedRegex(Names + @"\d{1,3}/\d{1,3}\s+[A-Z][\w:/]*\s+\d+(?:\s+\([^)]{1,20}\))?\s+" + Age + ".*)$")]
    private static partial Regex PodForm();

    [GeneratedRegex(Names + @"\d{1,4}/\d{1,4}\s+\d+\s+\d+\s+" + Age + ".*)$")]
    private static partial Regex WorkloadForm();

    [GeneratedRegex(Names + @"\d{1,4}/\d{1,4}\s+" + Age + ".*)$")]
    private static partial Regex SetForm();

    [GeneratedRegex(Names + @"\d+\s+\d+\s+\d+\s+" + Age + ".*)$")]
    private static partial Regex ReplicaForm();

    [GeneratedRegex(Names + @"\d+\s+\d+\s+\d+\s+\d+\s+\d+\s+\S+\s+" + Age + ".*)$")]
    private static partial Regex DaemonForm();

    [GeneratedRegex(Names + @"(?:ClusterIP|NodePort|LoadBalancer|ExternalName)\s+\S+\s+\S+\s+\S+\s+" + Age + ".*)$")]
    private static partial Regex ServiceForm();

    [GeneratedRegex(Names + @"(?:Not)?Ready(?:,\w+)*\s+\S+\s+" + Age + @"\s+v\d\S*.*)$")]
    private static partial Regex NodeForm();

    [GeneratedRegex(Names + @"(?:Bound|Pending|Lost|Available|Released|Terminating)\s.*)$")]
    private static partial Regex ClaimForm();

    [GeneratedRegex(@"\d+ \([^)]{1,20}\)|\S+")]
    private static partial Regex Word();
}
