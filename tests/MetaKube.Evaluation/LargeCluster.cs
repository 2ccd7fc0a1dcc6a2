using System;
using System.Text.Json.Nodes;
using MetaKube.Fakes.Clusters;

namespace MetaKube.Evaluation;

/// <summary>
/// Fills a simulated cluster with healthy workloads of ordinary size, so that a failure in it has to be found.
/// </summary>
internal static class LargeCluster
{
    public const int Nodes = 500,
        Pods = 10_000,
        Events = 50_000;

    private const int Namespaces = 100,
        Replicas = 4,
        OldRevisions = 2;

    public static void Fill(SimulatedCluster cluster, DateTimeOffset now)
    {
        for (var n = 0; n < Nodes; n++)
            cluster.Add("Node", Node($"worker-{n:000}", now));
        for (var n = 0; n < Namespaces; n++)
            cluster.Add("Namespace", new() { ["metadata"] = Meta(null, $"tenant-{n:00}", now) });
        for (var d = 0; d < Pods / Replicas; d++)
            AddDeployment(cluster, d, now);
        for (var e = 0; e < Events; e++)
            AddEvent(cluster, e, now);
    }

    private static void AddDeployment(SimulatedCluster cluster, int d, DateTimeOffset now)
    {
        var (ns, name) = ($"tenant-{d % Namespaces:00}", $"workload-{d:0000}");
        var labels = new JsonObject { ["app"] = name };
        var spec = PodSpec(name, d);
        var template = new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = labels.DeepClone() },
            ["spec"] = spec.DeepClone(),
        };
        cluster.Add(
            "Deployment",
            new()
            {
                ["metadata"] = Meta(ns, name, now, labels),
                ["spec"] = WorkloadSpec(Replicas, labels, template),
                ["status"] = ReadyStatus(),
            }
        );
        AddServiceAndSettings(cluster, d, Meta(ns, name, now, labels), Meta(ns, name, now));
        cluster.Add("Secret", new() { ["metadata"] = Meta(ns, name, now), ["type"] = "Opaque" });
        for (var revision = 0; revision <= OldRevisions; revision++)
            AddReplicaSet(cluster, (ns, name), revision, labels, template, now);
        var set = SetName(name, OldRevisions);
        for (var p = 0; p < Replicas; p++)
            cluster.Add(
                "Pod",
                Pod(ns, $"{set}-{p:00000}", set, labels, spec, $"worker-{(d * Replicas + p) % Nodes:000}", now)
            );
    }

    private static string SetName(string name, int revision) => $"{name}-{revision}f6c9d7b5{revision}";

    private static JsonObject WorkloadSpec(int replicas, JsonObject labels, JsonObject template) =>
        new()
        {
            ["replicas"] = replicas,
            ["selector"] = new JsonObject { ["matchLabels"] = labels.DeepClone() },
            ["template"] = template.DeepClone(),
        };

    private static JsonObject ReadyStatus() =>
        new()
        {
            ["replicas"] = Replicas,
            ["readyReplicas"] = Replicas,
            ["availableReplicas"] = Replicas,
            ["updatedReplicas"] = Replicas,
        };

    private static void AddServiceAndSettings(
        SimulatedCluster cluster,
        int d,
        JsonObject serviceMeta,
        JsonObject settingsMeta
    )
    {
        cluster.Add(
            "Service",
            new()
            {
                ["metadata"] = serviceMeta,
                ["spec"] = new JsonObject
                {
                    ["clusterIP"] = $"10.{d / 250}.{d % 250}.7",
                    ["selector"] = serviceMeta["labels"]!.DeepClone(),
                    ["ports"] = new JsonArray(new JsonObject { ["port"] = 80, ["targetPort"] = 8080 }),
                },
            }
        );
        cluster.Add(
            "ConfigMap",
            new()
            {
                ["metadata"] = settingsMeta,
                ["data"] = new JsonObject
                {
                    ["settings.yaml"] = string.Concat(Enumerable.Repeat("key: value of a setting\n", 80)),
                },
            }
        );
    }

    private static void AddReplicaSet(
        SimulatedCluster cluster,
        (string Namespace, string Name) deployment,
        int revision,
        JsonObject labels,
        JsonObject template,
        DateTimeOffset now
    )
    {
        var (ns, name) = deployment;
        var isCurrent = revision == OldRevisions;
        var meta = Meta(ns, SetName(name, revision), now, labels, ("Deployment", name));
        meta["annotations"] = new JsonObject { ["deployment.kubernetes.io/revision"] = $"{revision + 1}" };
        cluster.Add(
            "ReplicaSet",
            new()
            {
                ["metadata"] = meta,
                ["spec"] = WorkloadSpec(isCurrent ? Replicas : 0, labels, template),
                ["status"] = isCurrent ? ReadyStatus() : new JsonObject { ["replicas"] = 0 },
            }
        );
    }

    private static void AddEvent(SimulatedCluster cluster, int e, DateTimeOffset now)
    {
        var d = e % (Pods / Replicas);
        var ns = $"tenant-{d % Namespaces:00}";
        var reason = (e % 3) switch
        {
            0 => "Scheduled",
            1 => "Pulled",
            _ => "Started",
        };
        var pod = $"{SetName($"workload-{d:0000}", OldRevisions)}-{e % Replicas:00000}";
        var meta = Meta(ns, $"{pod}.{e:x8}", now);
        cluster.Add(
            "Event",
            new()
            {
                ["metadata"] = meta,
                ["type"] = "Normal",
                ["reason"] = reason,
                ["message"] = $"{reason} pod {ns}/{pod} as it should be, on its node",
                ["involvedObject"] = new JsonObject
                {
                    ["kind"] = "Pod",
                    ["namespace"] = ns,
                    ["name"] = pod,
                    ["uid"] = Guid.NewGuid().ToString(),
                },
                ["source"] = new JsonObject { ["component"] = "kubelet" },
                ["count"] = 1,
                ["firstTimestamp"] = Time(now.AddMinutes(-40)),
                ["lastTimestamp"] = Time(now.AddMinutes(-e % 50)),
            }
        );
    }

    private static JsonObject PodSpec(string name, int d) =>
        new()
        {
            ["containers"] = new JsonArray(Container(name, d)),
            ["volumes"] = new JsonArray(TokenVolume()),
            ["serviceAccountName"] = "default",
            ["restartPolicy"] = "Always",
        };

    private static JsonObject Container(string name, int d) =>
        new()
        {
            ["name"] = "app",
            ["image"] = $"registry.example/{name}:1.{d % 40}.0",
            ["imagePullPolicy"] = "IfNotPresent",
            ["ports"] = new JsonArray(new JsonObject { ["containerPort"] = 8080, ["protocol"] = "TCP" }),
            ["env"] = Variables(name, d),
            ["envFrom"] = new JsonArray(
                new JsonObject { ["configMapRef"] = new JsonObject { ["name"] = name } },
                new JsonObject { ["secretRef"] = new JsonObject { ["name"] = name } }
            ),
            ["resources"] = new JsonObject
            {
                ["requests"] = new JsonObject { ["cpu"] = "100m", ["memory"] = "128Mi" },
                ["limits"] = new JsonObject { ["memory"] = "256Mi" },
            },
            ["readinessProbe"] = new JsonObject
            {
                ["httpGet"] = new JsonObject { ["path"] = "/ready", ["port"] = 8080 },
                ["periodSeconds"] = 10,
            },
            ["volumeMounts"] = new JsonArray(
                new JsonObject
                {
                    ["name"] = "token",
                    ["mountPath"] = "/var/run/secrets/kubernetes.io/serviceaccount",
                    ["readOnly"] = true,
                }
            ),
        };

    private static JsonArray Variables(string name, int d) =>
        new([
            .. Enumerable
                .Range(0, 12)
                .Select(i =>
                    (JsonNode)new JsonObject { ["name"] = $"SETTING_{i}", ["value"] = $"value-{i}-of-{name}" }
                ),
            new JsonObject { ["name"] = "UPSTREAM_URL", ["value"] = $"http://workload-{d / 100 * 100:0000}:80/api" },
        ]);

    private static JsonObject TokenVolume()
    {
        var token = new JsonObject { ["path"] = "token", ["expirationSeconds"] = 3607 };
        var source = new JsonObject { ["serviceAccountToken"] = token };
        return new()
        {
            ["name"] = "token",
            ["projected"] = new JsonObject { ["sources"] = new JsonArray(source) },
        };
    }

    private static JsonObject Pod(
        string ns,
        string name,
        string set,
        JsonObject labels,
        JsonObject spec,
        string node,
        DateTimeOffset now
    )
    {
        var running = (JsonObject)spec.DeepClone();
        running["nodeName"] = node;
        return new()
        {
            ["metadata"] = Meta(ns, name, now, labels, ("ReplicaSet", set)),
            ["spec"] = running,
            ["status"] = new JsonObject
            {
                ["phase"] = "Running",
                ["podIP"] = "10.1.2.3",
                ["hostIP"] = "10.0.0.1",
                ["startTime"] = Time(now.AddDays(-3)),
                ["conditions"] = Conditions(
                    now,
                    ("Initialized", "True"),
                    ("Ready", "True"),
                    ("ContainersReady", "True"),
                    ("PodScheduled", "True")
                ),
                ["containerStatuses"] = new JsonArray(ContainerStatus(now)),
            },
        };
    }

    private static JsonObject ContainerStatus(DateTimeOffset now) =>
        new()
        {
            ["name"] = "app",
            ["ready"] = true,
            ["started"] = true,
            ["restartCount"] = 0,
            ["image"] = "registry.example/app:1",
            ["imageID"] = "sha256:0000",
            ["containerID"] = "containerd://0000",
            ["state"] = new JsonObject { ["running"] = new JsonObject { ["startedAt"] = Time(now.AddDays(-3)) } },
        };

    private static JsonObject Node(string name, DateTimeOffset now) =>
        new()
        {
            ["metadata"] = Meta(null, name, now),
            ["spec"] = new JsonObject { ["podCIDR"] = "10.2.3.0/24" },
            ["status"] = new JsonObject
            {
                ["capacity"] = new JsonObject
                {
                    ["cpu"] = "32",
                    ["memory"] = "128Gi",
                    ["pods"] = "110",
                },
                ["conditions"] = Conditions(
                    now,
                    ("MemoryPressure", "False"),
                    ("DiskPressure", "False"),
                    ("PIDPressure", "False"),
                    ("Ready", "True")
                ),
                ["images"] = new JsonArray([
                    .. Enumerable
                        .Range(0, 50)
                        .Select(i =>
                            (JsonNode)
                                new JsonObject
                                {
                                    ["names"] = new JsonArray(
                                        $"registry.example/image-{i}@sha256:0123456789abcdef0123456789abcdef",
                                        $"registry.example/image-{i}:1.0"
                                    ),
                                    ["sizeBytes"] = 12345678,
                                }
                        ),
                ]),
            },
        };

    private static JsonArray Conditions(DateTimeOffset now, params (string Type, string Status)[] conditions) =>
        new([
            .. conditions.Select(condition =>
                (JsonNode)
                    new JsonObject
                    {
                        ["type"] = condition.Type,
                        ["status"] = condition.Status,
                        ["lastTransitionTime"] = Time(now.AddDays(-3)),
                    }
            ),
        ]);

    private static JsonObject Meta(
        string? ns,
        string name,
        DateTimeOffset now,
        JsonObject? labels = null,
        (string Kind, string Name)? owner = null
    )
    {
        var meta = new JsonObject
        {
            ["name"] = name,
            ["uid"] = Guid.NewGuid().ToString(),
            ["resourceVersion"] = "123456",
            ["creationTimestamp"] = Time(now.AddDays(-3)),
        };
        if (ns is not null)
            meta["namespace"] = ns;
        if (labels is not null)
            meta["labels"] = labels.DeepClone();
        if (owner is { } o)
            meta["ownerReferences"] = new JsonArray(OwnerReference(o.Kind, o.Name));
        meta["managedFields"] = new JsonArray(
            new JsonObject
            {
                ["manager"] = "kube-controller-manager",
                ["operation"] = "Update",
                ["fieldsV1"] = new JsonObject
                {
                    ["f:metadata"] = new JsonObject { ["f:labels"] = new JsonObject { ["f:app"] = new JsonObject() } },
                },
            }
        );
        return meta;
    }

    private static JsonObject OwnerReference(string kind, string name) =>
        new()
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = kind,
            ["name"] = name,
            ["uid"] = "0",
            ["controller"] = true,
        };

    private static string Time(DateTimeOffset time) =>
        time.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
}
