using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Evaluation.KubeFault;

/// <summary>
/// Cases with symptoms only: the quote of a failure that is over, or the evidence without its decisive part.
/// </summary>
internal static partial class SymptomOnly
{
    /// <summary>
    /// A recovered workload, with a quote of its failure in the question; null without a workload or a quote.
    /// </summary>
    public static KubeFaultCase? Over(KubeFaultCase failed, Random random)
    {
        if (failed.Asked.Kind != "Deployment" || Said(failed) is not { } said)
            return null;
        var scene = new Scene(random, failed.Asked.Name, failed.Asked.Namespace!);
        var pod = scene.Run(Scene.Running(600), ready: true);
        scene.Log(pod, false, "INFO ready", "INFO request served in 7 ms");
        string[] phrases =
        [
            $"{failed.Asked.Name} did not work last night and is fine now, it said: {said}",
            $"what was wrong with {failed.Asked.Name} yesterday? events had {said}",
            $"postmortem for {failed.Asked.Name}: all I have is this line: {said}",
            $"{failed.Asked.Name} recovered by itself. Before that: {said}",
        ];
        return failed with
        {
            Id = $"{failed.Id}-over",
            Items = scene.Items,
            Now = Scene.Now,
            Question = phrases[random.Next(phrases.Length)],
            Blamed = failed.Asked,
            Logs = scene.Logs.ToDictionary(
                log => new LogRef(scene.Ns, log.Key.Pod, log.Key.Container, log.Key.Previous),
                log => log.Value
            ),
        };
    }

    /// <summary>
    /// The case without the logs, events or objects of the decisive findings; their lists count as incomplete. Null
    /// without a decisive finding.
    /// </summary>
    public static KubeFaultCase? PartlyGone(KubeFaultCase failed, Diagnosis decided)
    {
        var decisive = decided.Findings.Where(finding => finding.Fault == decided.Fault).ToList();
        if (decisive.Count == 0 || !decided.NamesACause)
            return null;
        var items = failed.Items.ToDictionary(entry => entry.Key, entry => entry.Value.ToList());
        var logs = failed.Logs.ToDictionary();
        var incomplete = new HashSet<string>();
        foreach (var finding in decisive)
        {
            bool IsMeant(string? name) =>
                name == finding.Resource.Name
                || finding.Resource.Kind == "Pod"
                    && name?.StartsWith(decided.Resource!.Name + "-", StringComparison.Ordinal) == true;
            if (
                finding.Source.StartsWith("log", StringComparison.Ordinal)
                || finding.Source.StartsWith("last line", StringComparison.Ordinal)
            )
                foreach (var log in logs.Keys.Where(log => IsMeant(log.Pod)).ToList())
                    logs.Remove(log);
            else if (finding.Source.StartsWith("event", StringComparison.Ordinal))
                Remove("Event", item => IsMeant((string?)item["involvedObject"]?["name"]));
            else
                Remove(finding.Resource.Kind, item => IsMeant((string?)item["metadata"]!["name"]));
        }
        return failed with { Id = $"{failed.Id}-gone", Items = items, Logs = logs, Incomplete = incomplete };

        void Remove(string kind, Func<JsonObject, bool> isMeant)
        {
            if (items.TryGetValue(kind, out var list))
                list.RemoveAll(item => isMeant(item));
            incomplete.Add(kind);
        }
    }

    /// <summary>
    /// The text that a person would copy: the longest warning about the workload, else the end of its log.
    /// </summary>
    private static string? Said(KubeFaultCase failed)
    {
        var name = failed.Asked.Name;
        var warning = failed
            .Items.GetValueOrDefault("Event", [])
            .Where(item =>
                (string?)item["type"] == "Warning"
                && ((string?)item["involvedObject"]?["name"])?.StartsWith(name, StringComparison.Ordinal) == true
                && (string?)item["reason"] != "BackOff"
            )
            .Select(item => (string?)item["message"] ?? "")
            .OrderByDescending(message => message.Length)
            .FirstOrDefault();
        var log = failed
            .Logs.Where(entry => entry.Key.Pod.StartsWith(name + "-", StringComparison.Ordinal))
            .OrderByDescending(entry => entry.Key.Previous)
            .SelectMany(entry => entry.Value.Split('\n'))
            .LastOrDefault(line => line.Length > 20);
        var said = warning is { Length: > 20 } ? warning : log;
        return said is null ? null : Spaces().Replace(said, " ")[..Math.Min(Spaces().Replace(said, " ").Length, 300)];
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
