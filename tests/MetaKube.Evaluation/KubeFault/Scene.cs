using System.Globalization;
using System.Text.Json.Nodes;
using MetaKube.Model;

namespace MetaKube.Evaluation.KubeFault;

/// <summary>
/// A namespace with a failure, as the API server would return it, beside one healthy node. The family gives the texts
/// in the words of the component that writes them.
/// </summary>
internal sealed class Scene
{
    public static readonly DateTimeOffset Now = new(2026, 11, 24, 11, 0, 0, TimeSpan.Zero);

    private const string Hash = "7c9d8f6b54";

    private readonly Dictionary<string, List<JsonObject>> items = [];

    public Scene(Random random, string app, string ns)
    {
        (Random, App, Ns) = (random, app, ns);
        Add("Namespace", null, ns, "{}", 90_000);
        Node("node-a");
    }

    public Random Random { get; }

    public string App { get; }

    public string Ns { get; }

    public string Pod => $"{App}-{Hash}-x2k9p";

    public Dictionary<(string Pod, string Container, bool Previous), string> Logs { get; } = [];

    public IReadOnlyDictionary<string, List<JsonObject>> Items => items;

    /// <summary>The object that has to change.</summary>
    public ResourceRef Blamed { get; private set; } = null!;

    /// <summary>The object of the question; the workload by default.</summary>
    public ResourceRef Asked { get; private set; } = null!;

    public T Pick<T>(params T[] of) => of[Random.Next(of.Length)];

    public string Image(string registry = "registry.example.org/acme") =>
        $"{registry}/{App}:{Random.Next(1, 9)}.{Random.Next(20)}.{Random.Next(9)}";

    public void Blame(string kind = "Deployment", string? name = null, string? asked = null, string? askedKind = null)
    {
        Blamed = new(
            kind,
            kind is "Node" or "ValidatingWebhookConfiguration" or "MutatingWebhookConfiguration" or "PersistentVolume"
                ? null
                : Ns,
            name ?? App
        );
        Asked = AskedFor(Blamed, asked, askedKind);
    }

    private ResourceRef AskedFor(ResourceRef blamed, string? name, string? kind)
    {
        if (name is not null)
            return new(kind ?? "Deployment", kind == "Node" ? null : Ns, name);
        if (kind is not null)
            return new(kind, Ns, App);
        return blamed.Kind.EndsWith("WebhookConfiguration", StringComparison.Ordinal)
            ? new("Deployment", Ns, App)
            : blamed;
    }

    public static string Q(string text) => JsonValue.Create(text).ToJsonString();

    /// <summary>Adds an object from the JSON of everything but its metadata.</summary>
    public JsonObject Add(string kind, string? ns, string name, string json, int minutes = 300, string? meta = null)
    {
        var item = (JsonObject)JsonNode.Parse(json)!;
        var metadata = meta is null ? [] : (JsonObject)JsonNode.Parse(meta)!;
        metadata["name"] = name;
        if (ns is not null)
            metadata["namespace"] = ns;
        metadata["creationTimestamp"] ??= Ago(minutes);
        item["metadata"] = metadata;
        item["kind"] = kind;
        if (!items.TryGetValue(kind, out var list))
            items[kind] = list = [];
        list.RemoveAll(other =>
            (string?)other["metadata"]!["name"] == name && (string?)other["metadata"]!["namespace"] == ns
        );
        list.Add(item);
        return item;
    }

    public JsonObject Add(string kind, string name, string json, int minutes = 300) =>
        Add(kind, Ns, name, json, minutes);

    public void Node(
        string name,
        string conditions = "",
        string spec = "{}",
        string cpu = "8",
        string memory = "32Gi",
        string pods = "110",
        string labels = "{}",
        bool ready = true
    )
    {
        var standard = $$"""
            {"type":"Ready","status":"{{(ready ? "True" : "Unknown")}}",
            "reason":"{{(ready ? "KubeletReady" : "NodeStatusUnknown")}}",
            "message":"{{(ready ? "kubelet is posting ready status" : "Kubelet stopped posting node status.")}}",
            "lastHeartbeatTime":"{{Ago(ready ? 1 : 14)}}","lastTransitionTime":"{{Ago(ready ? 9000 : 13)}}"}
            """;
        Add(
            "Node",
            null,
            name,
            $$"""
            {"spec":{{spec}},"status":{"allocatable":{"cpu":"{{cpu}}","memory":"{{memory}}","pods":"{{pods}}"},
            "conditions":[{{standard}}{{(conditions.Length > 0 ? "," : "")}}{{conditions}}]} }
            """,
            90_000,
            $$"""{"labels":{{labels}} }"""
        );
    }

    public static string Condition(string type, string status, string reason, string message, int minutes = 12) =>
        $$"""
            {"type":"{{type}}","status":"{{status}}","reason":"{{reason}}","message":{{Q(message)}},
            "lastTransitionTime":"{{Ago(minutes)}}","lastHeartbeatTime":"{{Ago(1)}}"}
            """;

    /// <summary>A Deployment with its ReplicaSet.</summary>
    public void Deploy(
        string container = "{}",
        int replicas = 1,
        int available = 0,
        string? pod = null,
        string? app = null,
        string? conditions = null,
        int minutes = 300
    )
    {
        app ??= App;
        var spec = PodSpec(app, container, pod);
        spec.Remove("nodeName");
        var template = $$"""{"metadata":{"labels":{"app":"{{app}}"} },"spec":{{spec.ToJsonString()}} }""";
        // A refused pod does not exist.
        var made = conditions is null ? replicas : 0;
        var ready =
            available > 0
                ? $"\"availableReplicas\":{available},\"readyReplicas\":{available}"
                : $"\"unavailableReplicas\":{replicas}";
        var listed = conditions is null ? "" : $",\"conditions\":[{conditions}]";
        var status = $$"""{"replicas":{{made}},"updatedReplicas":{{made}},{{ready}}{{listed}} }""";
        var body = $$"""
            "spec":{"replicas":{{replicas}},"selector":{"matchLabels":{"app":"{{app}}"} },"template":{{template}} }
            """;
        const string revision = "\"annotations\":{\"deployment.kubernetes.io/revision\":\"1\"}";
        Add("Deployment", Ns, app, $$"""{ {{body}},"status":{{status}} }""", minutes, $"{{{revision}}}");
        Add(
            "ReplicaSet",
            Ns,
            $"{app}-{Hash}",
            $$"""{ {{body}},"status":{"replicas":{{made}}{{listed}} } }""",
            minutes,
            $$"""
            {{{revision}},"labels":{"app":"{{app}}","pod-template-hash":"{{Hash}}"},
            "ownerReferences":[{{Owner("Deployment", app)}}]}
            """
        );
    }

    private static string Owner(string kind, string name) =>
        $$"""{"apiVersion":"apps/v1","kind":"{{kind}}","name":"{{name}}","uid":"0","controller":true}""";

    private static JsonObject PodSpec(string app, string container, string? extra)
    {
        var main = (JsonObject)JsonNode.Parse(container)!;
        main["name"] ??= "main";
        main["image"] ??= $"registry.example.org/acme/{app}:4.2.0";
        var spec = extra is null ? [] : (JsonObject)JsonNode.Parse(extra)!;
        spec["containers"] = new JsonArray(main);
        return spec;
    }

    /// <summary>A Deployment with one pod in the given state.</summary>
    /// <param name="state">The container's state as JSON; null: none yet.</param>
    /// <param name="last">Its state before.</param>
    /// <param name="container">The container's spec.</param>
    /// <param name="pod">The pod's further spec.</param>
    /// <param name="restarts">The number of restarts.</param>
    /// <param name="ready">True if the pod is ready.</param>
    /// <param name="phase">The pod's phase.</param>
    /// <param name="node">The node of the pod, or null if it is not scheduled.</param>
    /// <param name="scheduled">The message of the scheduler.</param>
    /// <param name="status">Further status.</param>
    /// <param name="app">The workload, if not the scene's.</param>
    public string Run(
        string? state,
        string? last = null,
        string container = "{}",
        string? pod = null,
        int restarts = 0,
        bool ready = false,
        string phase = "Running",
        string? node = "node-a",
        string? scheduled = null,
        string? status = null,
        string? app = null
    )
    {
        app ??= App;
        Deploy(container, 1, ready ? 1 : 0, pod, app);
        return Instance(
            app,
            $"{app}-{Hash}-x2k9p",
            Owner("ReplicaSet", $"{app}-{Hash}"),
            state,
            last,
            container,
            pod,
            restarts,
            ready,
            phase,
            node,
            scheduled,
            status
        );
    }

    public string Instance(
        string app,
        string name,
        string? owner,
        string? state,
        string? last = null,
        string container = "{}",
        string? pod = null,
        int restarts = 0,
        bool ready = false,
        string phase = "Running",
        string? node = "node-a",
        string? scheduled = null,
        string? status = null
    )
    {
        var spec = PodSpec(app, container, pod);
        if (node is not null)
            spec["nodeName"] = node;
        var main = (JsonObject)spec["containers"]![0]!;
        var result = status is null ? [] : (JsonObject)JsonNode.Parse(status)!;
        result["phase"] = phase;
        result["conditions"] = JsonNode.Parse(PodConditions(scheduled, ready));
        if (state is not null)
            result["containerStatuses"] = new JsonArray(ContainerStatus(main, state, last, restarts, ready));
        Add(
            "Pod",
            Ns,
            name,
            $$"""{"spec":{{spec.ToJsonString()}},"status":{{result.ToJsonString()}} }""",
            60,
            $$"""
            {"generateName":"{{app}}-{{Hash}}-","labels":{"app":"{{app}}",
            "pod-template-hash":"{{Hash}}"}{{(owner is null ? "" : $",\"ownerReferences\":[{owner}]")}} }
            """
        );
        return name;
    }

    private static string PodConditions(string? unschedulable, bool ready) =>
        unschedulable is null
            ? $$"""
                [{"type":"PodScheduled","status":"True","lastTransitionTime":"{{Ago(60)}}"},{"type":"Ready",
                "status":"{{(ready ? "True" : "False")}}","lastTransitionTime":"{{Ago(50)}}"}]
                """
            : $$"""
                [{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":{{Q(unschedulable)}},
                "lastTransitionTime":"{{Ago(60)}}"}]
                """;

    private static JsonObject ContainerStatus(
        JsonObject container,
        string state,
        string? last,
        int restarts,
        bool ready
    )
    {
        var status = (JsonObject)
            JsonNode.Parse(
                $$"""
                {"name":"{{container["name"]}}","ready":{{(ready ? "true" : "false")}},"restartCount":{{restarts}},
                "image":{{container["image"]!.ToJsonString()}},"imageID":"","state":{{state}} }
                """
            )!;
        if (last is not null)
            status["lastState"] = JsonNode.Parse(last);
        return status;
    }

    public static string Waiting(string reason, string message = "") =>
        $$"""{"waiting":{"reason":"{{reason}}"{{(message.Length > 0 ? $",\"message\":{Q(message)}" : "")}} } }""";

    public static string Running(int minutes = 50) => $$"""{"running":{"startedAt":"{{Ago(minutes)}}"} }""";

    public static string Terminated(int code, string reason = "Error", string message = "", int seconds = 40) =>
        $$"""
            {"terminated":{"exitCode":{{code}},
            "reason":"{{reason}}"{{(message.Length > 0 ? $",\"message\":{Q(message)}" : "")}},
            "startedAt":"{{Time(Now.AddMinutes(-4).AddSeconds(-seconds))}}","finishedAt":"{{Ago(4)}}"} }
            """;

    /// <summary>An image that cannot be pulled.</summary>
    public void PullFails(string image, string error, string reason = "ImagePullBackOff", string? pod = null)
    {
        var name = Run(
            Waiting(reason, reason == "ImagePullBackOff" ? $"Back-off pulling image \"{image}\"" : error),
            container: $$"""{"image":{{Q(image)}} }""",
            phase: "Pending",
            pod: pod
        );
        Event("Pod", name, "Pulling", $"Pulling image \"{image}\"", "Normal", 20);
        Warn("Pod", name, "Failed", $"Failed to pull image \"{image}\": {error}", 3);
        Warn("Pod", name, "Failed", "Error: ErrImagePull", 3);
        Warn("Pod", name, "BackOff", $"Back-off pulling image \"{image}\"", 1);
        Blame();
    }

    /// <summary>A program that keeps ending, with the end of its log.</summary>
    public void Crashes(int code, string container, params string[] log) => CrashesIn(null, code, container, log);

    /// <inheritdoc cref="Crashes"/>
    public void CrashesIn(string? pod, int code, string container, params string[] log)
    {
        var name = Run(
            Waiting("CrashLoopBackOff", $"back-off 5m0s restarting failed container=main pod={Pod}_{Ns}(6b0a)"),
            Terminated(code),
            container,
            pod,
            restarts: Random.Next(4, 40)
        );
        Warn("Pod", name, "BackOff", $"Back-off restarting failed container main in pod {name}_{Ns}(6b0a)", 1);
        Log(name, true, log);
        Log(name, false, log);
        Blame();
    }

    /// <summary>A container that cannot be made.</summary>
    public void CreateFails(
        string error,
        string container = "{}",
        string? pod = null,
        string reason = "CreateContainerConfigError"
    )
    {
        var name = Run(Waiting(reason, error), container: container, pod: pod, phase: "Pending");
        Warn("Pod", name, "Failed", $"Error: {error}", 2);
        Blame();
    }

    /// <summary>A volume that does not come; the container has not begun.</summary>
    public void MountFails(string message, string pod, string container = "{}", string reason = "FailedMount")
    {
        var name = Run(Waiting("ContainerCreating"), container: container, pod: pod, phase: "Pending");
        Warn("Pod", name, reason, message, 2);
        Blame();
    }

    /// <summary>A pod without a node.</summary>
    public void Unschedulable(string message, string container = "{}", string? pod = null)
    {
        var name = Run(null, container: container, pod: pod, phase: "Pending", node: null, scheduled: message);
        Warn("Pod", name, "FailedScheduling", message, 1);
        Blame();
    }

    /// <summary>A ReplicaSet that may not make pods.</summary>
    public void PodsRefused(string error, string container = "{}", string? pod = null)
    {
        var message =
            error.StartsWith("pods \"", StringComparison.Ordinal)
            || error.StartsWith("Internal error", StringComparison.Ordinal)
            || error.StartsWith("admission", StringComparison.Ordinal)
                ? error
                : $"pods \"{App}-{Hash}-\" is forbidden: {error}";
        Deploy(container, 2, 0, pod, conditions: Condition("ReplicaFailure", "True", "FailedCreate", message));
        Warn("ReplicaSet", $"{App}-{Hash}", "FailedCreate", $"Error creating: {message}", 2);
        Blame();
    }

    public void Service(
        string? name = null,
        string? selector = null,
        string ports = """[{"port":80,"targetPort":8080,"protocol":"TCP"}]""",
        string? endpoints = "null",
        string more = ""
    )
    {
        name ??= App;
        selector ??= $$"""{"app":"{{name}}"}""";
        Add(
            "Service",
            Ns,
            name,
            $$"""{"spec":{"clusterIP":"10.96.14.7","selector":{{selector}},"ports":{{ports}}{{more}} } }"""
        );
        Add("Endpoints", Ns, name, $$"""{"subsets":{{endpoints}} }""");
    }

    public static string Endpoint(string pod, bool ready = true, int port = 8080) =>
        $$"""
            [{"{{(ready ? "addresses" : "notReadyAddresses")}}":[{"ip":"10.244.0.9","targetRef":{"kind":"Pod",
            "name":"{{pod}}"} }],"ports":[{"port":{{port}} }]}]
            """;

    public void Warn(string kind, string name, string reason, string message, int minutes = 2) =>
        Event(kind, name, reason, message, "Warning", minutes);

    public void Event(string kind, string name, string reason, string message, string type, int minutes) =>
        Add(
            "Event",
            Ns,
            $"{name}.{Random.Next():x8}",
            $$"""
            {"type":"{{type}}","reason":"{{reason}}","message":{{Q(message)}},"count":{{Random.Next(2, 60)}},
            "involvedObject":{"kind":"{{kind}}",
            {{(kind == "Node" ? "" : $"\"namespace\":\"{Ns}\",")}}"name":"{{name}}"},
            "firstTimestamp":"{{Ago(minutes + 30)}}","lastTimestamp":"{{Ago(minutes)}}"}
            """,
            minutes
        );

    public void Log(string pod, bool previous, params string[] lines) =>
        Logs[(pod, "main", previous)] = string.Join('\n', lines) + "\n";

    public static string Ago(int minutes) => Time(Now.AddMinutes(-minutes));

    public static string Time(DateTimeOffset at) => at.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
