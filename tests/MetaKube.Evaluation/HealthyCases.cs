using System;
using System.Globalization;
using System.Text.Json.Nodes;
using MetaKube.Fakes.Clusters;

namespace MetaKube.Evaluation;

/// <summary>
/// A hundred namespaces with a healthy workload, each with one of twenty circumstances and one of five logs that look
/// like a failure: each fault that is found there is a false positive.
/// </summary>
internal static class HealthyCases
{
    public const string Workload = "shop";

    private static readonly DateTimeOffset Now = new(2026, 11, 24, 11, 0, 0, TimeSpan.Zero);

    /// <summary>Circumstances that look like a failure, by name.</summary>
    private static readonly (string Name, Action<Case> Add)[] Circumstances =
    [
        ("nothing", _ => { }),
        ("restarted-days-ago", c => c.Container["lastState"] = Terminated(1, "Error", days: 3)),
        ("out-of-memory-days-ago", c => c.Container["lastState"] = Terminated(137, "OOMKilled", days: 3)),
        (
            "job-done",
            c =>
                c.Add(
                    "Pod",
                    Pod(
                        c.Namespace,
                        "migrate-x7k2p",
                        "Succeeded",
                        Status("migrate", false, terminated: Terminated(0, "Completed", days: 1)),
                        ("Job", "migrate")
                    )
                )
        ),
        (
            "cronjob-suspended",
            c =>
                c.Add(
                    "CronJob",
                    Object(
                        c.Namespace,
                        "cleanup",
                        new()
                        {
                            ["schedule"] = "0 3 * * *",
                            ["suspend"] = true,
                            ["jobTemplate"] = new JsonObject(),
                        }
                    )
                )
        ),
        (
            "evicted-and-replaced",
            c =>
            {
                var husk = Pod(
                    c.Namespace,
                    $"{Workload}-6f9c7d5b4-old01",
                    "Failed",
                    null,
                    ("ReplicaSet", Case.ReplicaSet),
                    days: 9
                );
                husk["status"]!["reason"] = "Evicted";
                husk["status"]!["message"] = "The node was low on resource: memory.";
                c.Add("Pod", husk);
            }
        ),
        ("another-scaled-to-zero", c => c.Add("Deployment", Deployment(c.Namespace, "preview", 0, 0))),
        (
            "autoscaler-at-minimum",
            c =>
                c.Add(
                    "HorizontalPodAutoscaler",
                    new()
                    {
                        ["metadata"] = Meta(c.Namespace, Workload, 9),
                        ["spec"] = new JsonObject
                        {
                            ["scaleTargetRef"] = new JsonObject { ["kind"] = "Deployment", ["name"] = Workload },
                            ["minReplicas"] = 1,
                            ["maxReplicas"] = 5,
                        },
                        ["status"] = new JsonObject
                        {
                            ["currentReplicas"] = 1,
                            ["desiredReplicas"] = 1,
                            ["conditions"] = new JsonArray(
                                Condition("AbleToScale", "True", "ReadyForNewScale"),
                                Condition("ScalingActive", "True", "ValidMetricFound"),
                                Condition("ScalingLimited", "True", "TooFewReplicas")
                            ),
                        },
                    }
                )
        ),
        (
            "another-node-cordoned",
            c => c.Add("Node", Node("worker-2", unschedulable: true, Condition("Ready", "True", "KubeletReady")))
        ),
        (
            "node-with-foreign-conditions",
            c =>
                c.Add(
                    "Node",
                    Node(
                        "worker-1",
                        false,
                        Condition("Ready", "True", "KubeletReady"),
                        Condition("EtcdIsVoter", "True", "MemberNotLearner"),
                        Condition("FrequentUnregisterNetDevice", "Unknown", "NoFrequentUnregisterNetDevice")
                    )
                )
        ),
        (
            "cronjob-failed-then-worked",
            c =>
            {
                c.Add("Job", Job(c.Namespace, "report-1", 2, ("Failed", "BackoffLimitExceeded")));
                c.Add("Job", Job(c.Namespace, "report-2", 1, ("Complete", "")));
            }
        ),
        (
            "unready-while-starting",
            c =>
                c.Event(
                    "Pod",
                    Case.PodName,
                    "Unhealthy",
                    "Readiness probe failed: Get \"http://10.1.2.3:8080/ready\": dial tcp 10.1.2.3:8080: "
                        + "connect: connection refused",
                    minutes: 50
                )
        ),
        (
            "optional-configmap-missing",
            c =>
                ((JsonObject)c.PodSpec["containers"]![0]!)["envFrom"] = new JsonArray(
                    new JsonObject
                    {
                        ["configMapRef"] = new JsonObject { ["name"] = "overrides", ["optional"] = true },
                    }
                )
        ),
        (
            "budget-allows-none",
            c =>
                c.Add(
                    "PodDisruptionBudget",
                    new()
                    {
                        ["metadata"] = Meta(c.Namespace, Workload, 9),
                        ["spec"] = new JsonObject
                        {
                            ["minAvailable"] = 1,
                            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = Workload } },
                        },
                        ["status"] = new JsonObject
                        {
                            ["disruptionsAllowed"] = 0,
                            ["currentHealthy"] = 1,
                            ["desiredHealthy"] = 1,
                            ["expectedPods"] = 1,
                        },
                    }
                )
        ),
        (
            "policy-that-lets-through",
            c =>
                c.Add(
                    "NetworkPolicy",
                    Object(
                        c.Namespace,
                        "default-deny",
                        new() { ["podSelector"] = new JsonObject(), ["policyTypes"] = new JsonArray("Ingress") }
                    )
                )
        ),
        (
            "services-without-pods",
            c =>
            {
                c.Add(
                    "Service",
                    Object(
                        c.Namespace,
                        "warehouse",
                        new() { ["type"] = "ExternalName", ["externalName"] = "warehouse.example.com" }
                    )
                );
                c.Add(
                    "Service",
                    Object(
                        c.Namespace,
                        "legacy",
                        new()
                        {
                            ["clusterIP"] = "10.9.8.7",
                            ["ports"] = new JsonArray(new JsonObject { ["port"] = 80 }),
                        }
                    )
                );
            }
        ),
        (
            "ingress-with-annotation",
            c =>
            {
                var ingress = Object(
                    c.Namespace,
                    Workload,
                    new()
                    {
                        ["rules"] = new JsonArray(
                            new JsonObject
                            {
                                ["http"] = new JsonObject
                                {
                                    ["paths"] = new JsonArray(
                                        new JsonObject
                                        {
                                            ["path"] = "/",
                                            ["pathType"] = "Prefix",
                                            ["backend"] = new JsonObject
                                            {
                                                ["service"] = new JsonObject
                                                {
                                                    ["name"] = Workload,
                                                    ["port"] = new JsonObject { ["number"] = 80 },
                                                },
                                            },
                                        }
                                    ),
                                },
                            }
                        ),
                    }
                );
                ingress["metadata"]!["annotations"] = new JsonObject { ["kubernetes.io/ingress.class"] = "nginx" };
                c.Add("Ingress", ingress);
            }
        ),
        (
            "found-no-node-at-first",
            c =>
                c.Event(
                    "Pod",
                    Case.PodName,
                    "FailedScheduling",
                    "0/3 nodes are available: 3 Insufficient cpu.",
                    minutes: 55
                )
        ),
        (
            "quota-used-up",
            c =>
                c.Add(
                    "ResourceQuota",
                    new()
                    {
                        ["metadata"] = Meta(c.Namespace, "compute", 9),
                        ["spec"] = new JsonObject { ["hard"] = new JsonObject { ["pods"] = "1" } },
                        ["status"] = new JsonObject
                        {
                            ["hard"] = new JsonObject { ["pods"] = "1" },
                            ["used"] = new JsonObject { ["pods"] = "1" },
                        },
                    }
                )
        ),
        (
            "events-of-a-deleted-pod",
            c =>
                c.Event(
                    "Pod",
                    $"{Workload}-5d4c3b2a1-gone1",
                    "Failed",
                    "Failed to pull image \"registry.example/shop:9\": manifest unknown",
                    minutes: 30
                )
        ),
    ];

    /// <summary>Log lines of a healthy program, by name.</summary>
    private static readonly (string Name, Func<IEnumerable<string>> Lines)[] Logs =
    [
        (
            "quiet",
            () =>
                Enumerable
                    .Range(0, 40)
                    .Select(i => $"{At(40 - i)} INFO request {i} served in {i % 7} ms, errors=0, failed: 0")
        ),
        (
            "handled-exception",
            () =>
                Lines(12)
                    .Concat([
                        $"{At(28)} WARN retrying payment: java.net.SocketTimeoutException: connect timed out",
                        "\tat com.example.Payment.call(Payment.java:42)",
                        "\tat com.example.Retry.run(Retry.java:7)",
                        $"{At(27)} INFO retry succeeded",
                    ])
                    .Concat(Lines(40))
        ),
        (
            "refused-while-starting",
            () =>
                Enumerable
                    .Range(0, 5)
                    .Select(i => $"{At(59)} ERROR dial tcp 10.0.0.9:5432: connect: connection refused, retry {i}")
                    .Append($"{At(58)} INFO connected to database")
                    .Concat(Lines(45))
        ),
        (
            "access-log",
            () =>
                Enumerable
                    .Range(0, 60)
                    .Select(i =>
                        $"10.1.0.{i} - - [24/Nov/2026:10:{i:00}:00 +0000] \"GET /item/{i} HTTP/1.1\" "
                        + $"{StatusOf(i)} {100 + i}"
                    )
        ),
        (
            "json",
            () =>
                Enumerable
                    .Range(0, 50)
                    .Select(i =>
                        i == 20
                            ? """{"level":"error","msg":"cache miss storm, falling back","error":"redis: nil"}"""
                            : $$"""{"level":"{{LevelOf(i)}}","msg":"handled {{i}}","error_count":0}"""
                    )
        ),
    ];

    /// <summary>The names of all cases.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [.. Circumstances.SelectMany(_ => Logs, (circumstance, log) => $"{circumstance.Name}-{log.Name}")];

    public static string NamespaceOf(string name) => $"quiet-{Names.ToList().IndexOf(name)}";

    public static DateTimeOffset Clock => Now;

    /// <summary>Adds all of them to a cluster.</summary>
    public static void Fill(SimulatedCluster cluster)
    {
        cluster.Add("Node", Node("worker-1", false, Condition("Ready", "True", "KubeletReady")));
        foreach (
            var (circumstance, log) in Circumstances.SelectMany(_ => Logs, (circumstance, log) => (circumstance, log))
        )
        {
            var one = new Case(cluster, NamespaceOf($"{circumstance.Name}-{log.Name}"));
            circumstance.Add(one);
            one.Finish(string.Join('\n', log.Lines()));
        }
    }

    private static IEnumerable<string> Lines(int count) =>
        Enumerable.Range(0, count).Select(i => $"{At(25)} INFO order {i} shipped");

    private static string At(int minutesAgo) =>
        Now.AddMinutes(-minutesAgo).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    /// <summary>One namespace with a Deployment, its pod and its Service, all well.</summary>
    private sealed class Case(SimulatedCluster cluster, string ns)
    {
        public string Namespace { get; } = ns;

        public const string ReplicaSet = $"{Workload}-6f9c7d5b4";

        public const string PodName = $"{ReplicaSet}-abcde";

        public JsonObject Container { get; } = Status("app", true);

        public JsonObject PodSpec { get; } =
            new()
            {
                ["nodeName"] = "worker-1",
                ["containers"] = new JsonArray(
                    new JsonObject
                    {
                        ["name"] = "app",
                        ["image"] = "registry.example/shop:9",
                        ["ports"] = new JsonArray(new JsonObject { ["containerPort"] = 8080 }),
                        ["resources"] = new JsonObject { ["limits"] = new JsonObject { ["memory"] = "256Mi" } },
                    }
                ),
            };

        public void Add(string kind, JsonObject item) => cluster.Add(kind, item);

        public void Event(string kind, string name, string reason, string message, int minutes) =>
            Add(
                "Event",
                new()
                {
                    ["metadata"] = Meta(Namespace, $"{name}.{reason}".ToLowerInvariant(), 0),
                    ["type"] = "Warning",
                    ["reason"] = reason,
                    ["message"] = message,
                    ["count"] = 3,
                    ["involvedObject"] = new JsonObject
                    {
                        ["kind"] = kind,
                        ["namespace"] = Namespace,
                        ["name"] = name,
                    },
                    ["lastTimestamp"] = Time(Now.AddMinutes(-minutes)),
                }
            );

        public void Finish(string log)
        {
            Add("Namespace", new() { ["metadata"] = Meta(null, Namespace, 90) });
            Add("Deployment", Deployment(Namespace, Workload, 1, 1));
            var set = Object(Namespace, ReplicaSet, new() { ["replicas"] = 1, ["selector"] = new JsonObject() });
            set["metadata"]!["ownerReferences"] = Owner("Deployment", Workload);
            set["status"] = new JsonObject { ["replicas"] = 1, ["readyReplicas"] = 1 };
            Add("ReplicaSet", set);
            var restarts = Container["lastState"] is null ? 0 : 1;
            Container["restartCount"] = restarts;
            var pod = Pod(Namespace, PodName, "Running", Container, ("ReplicaSet", ReplicaSet));
            pod["spec"] = PodSpec;
            Add("Pod", pod);
            Add(
                "Service",
                Object(
                    Namespace,
                    Workload,
                    new()
                    {
                        ["selector"] = new JsonObject { ["app"] = Workload },
                        ["ports"] = new JsonArray(new JsonObject { ["port"] = 80, ["targetPort"] = 8080 }),
                    }
                )
            );
            cluster.AddLog(Namespace, PodName, "app", false, log);
        }
    }

    private static JsonObject Deployment(string ns, string name, int replicas, int available) =>
        new()
        {
            ["metadata"] = Meta(ns, name, 9),
            ["spec"] = new JsonObject
            {
                ["replicas"] = replicas,
                ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } },
                ["template"] = new JsonObject
                {
                    ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = name } },
                    ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "app" }) },
                },
            },
            ["status"] = new JsonObject
            {
                ["replicas"] = replicas,
                ["availableReplicas"] = available,
                ["readyReplicas"] = available,
            },
        };

    private static JsonObject Job(string ns, string name, int days, (string Type, string Reason) condition)
    {
        var job = Object(ns, name, new() { ["template"] = new JsonObject() }, days);
        job["metadata"]!["ownerReferences"] = Owner("CronJob", "report");
        job["status"] = new JsonObject
        {
            ["conditions"] = new JsonArray(Condition(condition.Type, "True", condition.Reason)),
        };
        if (condition.Type == "Complete")
            job["status"]!["completionTime"] = Time(Now.AddDays(-days));
        return job;
    }

    private static JsonObject Pod(
        string ns,
        string name,
        string phase,
        JsonObject? status,
        (string Kind, string Name) owner,
        int days = 5
    )
    {
        var pod = Object(ns, name, new() { ["containers"] = new JsonArray(new JsonObject { ["name"] = "app" }) }, days);
        pod["metadata"]!["labels"] = new JsonObject
        {
            ["app"] = owner.Kind == "ReplicaSet" ? Workload : owner.Name,
            ["pod-template-hash"] = "6f9c7d5b4",
        };
        pod["metadata"]!["ownerReferences"] = Owner(owner.Kind, owner.Name);
        pod["status"] = new JsonObject { ["phase"] = phase };
        if (status is not null)
            pod["status"]!["containerStatuses"] = new JsonArray(status);
        if (phase == "Running")
            pod["status"]!["conditions"] = new JsonArray(
                Condition("Ready", "True", ""),
                Condition("PodScheduled", "True", "")
            );
        return pod;
    }

    private static JsonObject Status(string name, bool ready, JsonObject? terminated = null) =>
        new()
        {
            ["name"] = name,
            ["ready"] = ready,
            ["restartCount"] = 0,
            ["image"] = "x",
            ["imageID"] = "",
            ["state"] =
                terminated
                ?? new JsonObject { ["running"] = new JsonObject { ["startedAt"] = Time(Now.AddHours(-1)) } },
        };

    private static JsonObject Terminated(int code, string reason, int days) =>
        new()
        {
            ["terminated"] = new JsonObject
            {
                ["exitCode"] = code,
                ["reason"] = reason,
                ["startedAt"] = Time(Now.AddDays(-days)),
                ["finishedAt"] = Time(Now.AddDays(-days)),
            },
        };

    private static JsonObject Node(string name, bool unschedulable, params JsonObject[] conditions) =>
        new()
        {
            ["metadata"] = Meta(null, name, 90),
            ["spec"] = new JsonObject { ["unschedulable"] = unschedulable },
            ["status"] = new JsonObject { ["conditions"] = new JsonArray([.. conditions]) },
        };

    private static JsonObject Condition(string type, string status, string reason) =>
        new()
        {
            ["type"] = type,
            ["status"] = status,
            ["reason"] = reason,
            ["message"] = reason,
            ["lastTransitionTime"] = Time(Now.AddDays(-3)),
        };

    private static JsonArray Owner(string kind, string name) =>
        new(
            new JsonObject
            {
                ["apiVersion"] = "apps/v1",
                ["kind"] = kind,
                ["name"] = name,
                ["uid"] = "0",
                ["controller"] = true,
            }
        );

    private static JsonObject Object(string ns, string name, JsonObject spec, int days = 9) =>
        new() { ["metadata"] = Meta(ns, name, days), ["spec"] = spec };

    private static JsonObject Meta(string? ns, string name, int daysOld)
    {
        var meta = new JsonObject { ["name"] = name, ["creationTimestamp"] = Time(Now.AddDays(-daysOld)) };
        if (ns is not null)
            meta["namespace"] = ns;
        return meta;
    }

    private static string Time(DateTimeOffset time) =>
        time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static string LevelOf(int line) => line % 11 == 4 ? "warn" : "info";

    private static int StatusOf(int request)
    {
        if (request % 31 == 7)
            return 500;
        return request % 9 == 3 ? 404 : 200;
    }
}
