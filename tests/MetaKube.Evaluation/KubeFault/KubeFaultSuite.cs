using System;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MetaKube.Cluster;
using MetaKube.Cluster.Objects;
using MetaKube.Fakes;
using MetaKube.Model;

namespace MetaKube.Evaluation.KubeFault;

/// <summary>
/// Generates 1,873 scenarios in the shares of the paper's benchmark from families (recorded on a real cluster, composed
/// by hand, or written blind), varied in names, images, noise, distractors and question. The same seed gives the same
/// suite.
/// </summary>
internal static class KubeFaultSuite
{
    public const int Size = 1873;

    /// <summary>The paper's shares of its 1,873.</summary>
    public static readonly IReadOnlyDictionary<string, int> Shares = new Dictionary<string, int>
    {
        ["resource"] = 412,
        ["network"] = 388,
        ["config"] = 315,
        ["scheduling"] = 298,
        ["image"] = 275,
        ["system"] = 185,
    };

    /// <summary>
    /// Failures of one workload that do not affect the rest of the namespace: each may happen beside another failure.
    /// </summary>
    private static readonly string[] Distractors =
    [
        "image.not-found",
        "image.registry-auth",
        "config.missing-secret",
        "config.missing-env",
        "config.bad-command",
        "resource.oom-killed",
        "scheduling.insufficient-cpu",
        "network.tls-untrusted",
    ];

    public static IReadOnlyList<Family> Blind { get; } =
    [
        .. ImageFamilies.All,
        .. ConfigurationFamilies.All,
        .. ResourceFamilies.All,
        .. SchedulingFamilies.All,
        .. NetworkFamilies.All,
        .. SystemFamilies.All,
    ];

    public static async Task<IReadOnlyList<KubeFaultCase>> GenerateAsync(int seed)
    {
        var recorded = new List<(Scenario Scenario, ResourceRef? Asked)>();
        foreach (var scenario in Scenario.LoadAll().Where(scenario => scenario.Resource is not null))
        {
            var evidence = await new DumpEvidence(scenario.Dump).CollectAsync(
                new(scenario.Question),
                SilentProgress.Instance,
                default
            );
            if (evidence.Target.Object is not null)
                recorded.Add((scenario, evidence.Target.Object));
        }
        var cases = new List<KubeFaultCase>();
        foreach (var (category, count) in Shares)
        {
            var blind = Blind.Where(family => family.Fault.StartsWith(category, StringComparison.Ordinal)).ToList();
            var known = recorded.Where(entry => entry.Scenario.Category == category).ToList();
            var random = new Random(seed * 1000 + category.Sum(c => c));
            for (var i = 0; i < count; i++)
            {
                var nth = i % (blind.Count + known.Count);
                cases.Add(
                    nth < blind.Count
                        ? FromFamily(blind[nth], $"{category}-{i:000}", random)
                        : FromRecorded(
                            known[nth - blind.Count].Scenario,
                            known[nth - blind.Count].Asked!,
                            $"{category}-{i:000}",
                            random
                        )
                );
            }
        }
        return cases;
    }

    public static KubeFaultCase FromFamily(Family family, string id, Random random)
    {
        var (app, ns) = (Pick(random, Names.Workloads), Pick(random, Names.Namespaces));
        var scene = new Scene(random, app, ns);
        family.Build(scene);
        var made = new KubeFaultCase
        {
            Id = id,
            Family = $"{family.Fault}/{family.Name}",
            IsBlind = true,
            Fault = family.Fault,
            Blamed = scene.Blamed,
            Asked = scene.Asked,
            Question = "",
            Now = Scene.Now,
            Items = scene.Items,
            Logs = scene.Logs.ToDictionary(
                log => new LogRef(ns, log.Key.Pod, log.Key.Container, log.Key.Previous),
                log => log.Value
            ),
        };
        return Finish(made, random);
    }

    private static KubeFaultCase FromRecorded(Scenario scenario, ResourceRef asked, string id, Random random)
    {
        var rename = new List<(Regex Word, string To)> { (Word(scenario.Namespace), Pick(random, Names.Namespaces)) };
        // A very short name may be a word of the API.
        if (asked is { Kind: not "Node", Name.Length: > 4 })
            rename.Add((Word(asked.Name), Pick(random, Names.Workloads)));
        string Renamed(string text) => rename.Aggregate(text, (all, one) => one.Word.Replace(all, one.To));
        ResourceRef Moved(ResourceRef resource) =>
            resource with
            {
                Namespace = resource.Namespace is null ? null : Renamed(resource.Namespace),
                Name = Renamed(resource.Name),
            };

        return Finish(
            new()
            {
                Id = id,
                Family = $"{scenario.Fault}/{scenario.Name}",
                IsBlind = false,
                Fault = scenario.Fault,
                Blamed = Moved(scenario.Resource!),
                Asked = Moved(asked),
                Question = "",
                Now = scenario.RecordedAt,
                Items = ItemsOf(scenario.Dump, Renamed),
                Logs = LogsOf(scenario.Dump, Renamed),
            },
            random
        );
    }

    private static Dictionary<string, List<JsonObject>> ItemsOf(string dump, Func<string, string> rename)
    {
        var items = new Dictionary<string, List<JsonObject>>();
        var files = Directory.EnumerateFiles(dump, "*.json", SearchOption.AllDirectories);
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            var plural = Path.GetFileNameWithoutExtension(file);
            var kind = ResourceKind.All.First(kind => kind.Plural == plural).Kind;
            var list = JsonNode.Parse(rename(File.ReadAllText(file)))!["items"]!.AsArray();
            foreach (var item in list.OfType<JsonObject>())
                Put(items, kind, item);
        }
        var custom = Path.Combine(dump, "custom.yaml");
        if (!File.Exists(custom))
            return items;
        foreach (var text in rename(File.ReadAllText(custom)).Split("---\n"))
        {
            var item = (JsonObject)JsonNode.Parse(text)!;
            Put(items, (string)item["kind"]!, item);
        }
        return items;
    }

    private static Dictionary<LogRef, string> LogsOf(string dump, Func<string, string> rename)
    {
        var logs = new Dictionary<LogRef, string>();
        foreach (var file in Directory.EnumerateFiles(dump, "*.log", SearchOption.AllDirectories))
        {
            var path = rename(Path.GetRelativePath(dump, file)).Split('/');
            var container = Path.GetFileNameWithoutExtension(path[2]);
            var previous = container.EndsWith(".previous", StringComparison.Ordinal);
            logs[new(path[0], path[1], previous ? Path.GetFileNameWithoutExtension(container) : container, previous)] =
                rename(File.ReadAllText(file));
        }
        return logs;
    }

    /// <summary>Adds the neighbours and the distractor, and the question.</summary>
    private static KubeFaultCase Finish(KubeFaultCase made, Random random)
    {
        var items = made.Items.ToDictionary(entry => entry.Key, entry => entry.Value.ToList());
        var logs = made.Logs.ToDictionary();
        var ns = made.Asked.Namespace ?? made.Blamed.Namespace;
        if (ns is not null)
        {
            var taken = items
                .Values.SelectMany(list => list)
                .Select(item => (string)item["metadata"]!["name"]!)
                .ToHashSet();
            string Fresh() =>
                Names
                    .Workloads.OrderBy(_ => random.Next())
                    .First(name => !taken.Any(other => other.Contains(name, StringComparison.Ordinal)));
            for (var i = random.Next(4); i > 0; i--)
                Beside(Neighbour(random, Fresh(), ns));
            if (random.Next(10) < 3 && made.Asked.Kind is "Deployment")
                Beside(Distractor(random, Fresh(), ns));

            void Beside(Scene scene)
            {
                taken.Add(scene.App);
                var shift = made.Now - Scene.Now;
                foreach (var (kind, list) in scene.Items.Where(entry => entry.Key is not ("Namespace" or "Node")))
                    foreach (var item in list)
                        Put(items, kind, Shifted(item, shift));
                foreach (var (log, text) in scene.Logs)
                    logs[new(ns, log.Pod, log.Container, log.Previous)] = text;
            }
        }
        return made with { Items = items, Logs = logs, Question = Ask(made.Asked, random) };
    }

    private static Scene Neighbour(Random random, string app, string ns)
    {
        var scene = new Scene(random, app, ns);
        var pod = scene.Run(
            Scene.Running(9000),
            random.Next(4) == 0 ? Scene.Terminated(1, seconds: 90_000) : null,
            restarts: random.Next(2),
            ready: true,
            container: """{"ports":[{"containerPort":8080}]}"""
        );
        scene.Service(endpoints: Scene.Endpoint(pod));
        scene.Log(
            pod,
            false,
            scene.Pick<string[]>(
                [
                    "INFO request served in 12 ms",
                    "WARN retrying after java.net.SocketTimeoutException: Read timed out",
                    "INFO retry succeeded",
                ],
                ["level=info msg=\"cache refreshed\" errors=0", "level=info msg=\"0 failed, 120 ok\""],
                ["GET / 200", "GET /favicon.ico 404", "GET /admin 401"],
                ["[error] 31#31: *1 open() \"/usr/share/nginx/html/robots.txt\" failed (2: No such file or directory)"]
            )
        );
        if (random.Next(3) == 0)
            scene.Event("Pod", pod, "Scheduled", $"Successfully assigned {ns}/{pod} to node-a", "Normal", 55);
        return scene;
    }

    private static Scene Distractor(Random random, string app, string ns)
    {
        var scene = new Scene(random, app, ns);
        var families = Blind.Where(family => Distractors.Contains(family.Fault)).ToList();
        families[random.Next(families.Count)].Build(scene);
        return scene;
    }

    private static string Ask(ResourceRef asked, Random random)
    {
        var (name, kind, ns) = (asked.Name, asked.Kind.ToLowerInvariant(), asked.Namespace);
        string[] any =
        [
            $"what is wrong with {kind} {name}",
            $"{kind} {name} does not work",
            $"why is {kind} {name} in trouble?",
            $"please look at {kind}/{name}",
            $"{kind}/{name} is broken since this morning",
            $"@metakube {kind} {name} again, any idea?",
            $"alert for {kind} {name}, what happened?",
        ];
        string[] workload =
        [
            $"why is {name} down",
            $"{name} is not healthy, why?",
            $"what's wrong with {ns}/{name}?",
            $"{name} in {ns} does not come up",
            $"help, {name} is broken",
            $"what happened to {name}",
        ];
        return asked.Kind is "Deployment" ? Pick(random, [.. any, .. workload, .. workload]) : Pick(random, any);
    }

    private static JsonObject Shifted(JsonObject item, TimeSpan shift) =>
        shift == TimeSpan.Zero
            ? item
            : (JsonObject)
                JsonNode.Parse(
                    Regex.Replace(
                        item.ToJsonString(),
                        @"2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
                        match =>
                            Scene.Time(
                                DateTimeOffset.Parse(match.Value, System.Globalization.CultureInfo.InvariantCulture)
                                    + shift
                            )
                    )
                )!;

    private static void Put(Dictionary<string, List<JsonObject>> items, string kind, JsonObject item)
    {
        if (!items.TryGetValue(kind, out var list))
            items[kind] = list = [];
        list.Add((JsonObject)item.DeepClone());
    }

    private static Regex Word(string name) => new($@"(?<![A-Za-z0-9]){Regex.Escape(name)}(?![A-Za-z0-9])");

    private static T Pick<T>(Random random, IReadOnlyList<T> of) => of[random.Next(of.Count)];
}
