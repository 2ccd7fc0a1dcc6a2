using System.Text.Json;
using k8s;
using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Tests.Cluster;

/// <summary>
/// Builds the input of an inspector in a few lines: <c>Given.Pod("shop/web").Waiting("ImagePullBackOff")</c>. A pod
/// runs well until a method says otherwise. Methods on pods and containers apply to the one that was added last, an
/// event to the object that was added last.
/// </summary>
internal sealed class Given
{
    public static readonly DateTime Now = new(2026, 11, 24, 12, 0, 0, DateTimeKind.Utc);

    private V1Pod? pod;
    private string container = "";
    private ResourceRef? latest;
    private ResourceRef? target;

    private Given() { }

    public ClusterSnapshot Snapshot { get; } = new("test") { Now = Now };

    public static Given Nothing => new();

    /// <param name="name">NAMESPACE/NAME.</param>
    public static Given Pod(string name) => new Given().WithPod(name);

    public static Given Node(string name) => new Given().WithNode(name);

    public static Given An<T>(string name, Action<T>? configure = null)
        where T : class, IKubernetesObject<V1ObjectMeta>, new() => new Given().With(name, configure);

    /// <summary>A time before the snapshot was taken.</summary>
    public static DateTime Ago(double minutes) => Now.AddMinutes(-minutes);

    /// <param name="name">NAMESPACE/NAME, or NAME for an object of the cluster.</param>
    /// <param name="configure">Fills the object, which was created an hour ago.</param>
    public Given With<T>(string name, Action<T>? configure = null)
        where T : class, IKubernetesObject<V1ObjectMeta>, new()
    {
        var (ns, plain) = Split(name);
        var item = new T
        {
            Metadata = new()
            {
                Name = plain,
                NamespaceProperty = ns,
                CreationTimestamp = Ago(60),
            },
        };
        configure?.Invoke(item);
        Snapshot.Add(item);
        latest = ClusterSnapshot.RefOf(item);
        return this;
    }

    public Given WithPod(string name)
    {
        With<V1Pod>(
            name,
            item =>
            {
                pod = item;
                item.Spec = new() { NodeName = "node-1", Containers = [] };
                item.Status = new()
                {
                    Phase = "Running",
                    ContainerStatuses = [],
                    Conditions = [new() { Type = "Ready", Status = "True" }],
                };
            }
        );
        return Container("app");
    }

    public Given WithNode(string name) =>
        With<V1Node>(
            name,
            node =>
            {
                node.Spec = new();
                node.Status = new() { Conditions = [new() { Type = "Ready", Status = "True" }] };
            }
        );

    /// <summary>Changes the pod that was added last.</summary>
    public Given Where(Action<V1Pod> configure)
    {
        configure(pod!);
        return this;
    }

    /// <summary>Adds a container that runs and is ready, or goes back to one.</summary>
    public Given Container(string name)
    {
        container = name;
        if (pod!.Spec.Containers.All(c => c.Name != name))
        {
            pod.Spec.Containers.Add(new() { Name = name, Image = "registry/web:1" });
            pod.Status.ContainerStatuses.Add(
                new()
                {
                    Name = name,
                    Image = "registry/web:1",
                    Ready = true,
                    State = new() { Running = new() { StartedAt = Ago(50) } },
                }
            );
        }
        return this;
    }

    /// <summary>Changes the spec of the current container.</summary>
    public Given Spec(Action<V1Container> configure)
    {
        configure(pod!.Spec.Containers.Single(c => c.Name == container));
        return this;
    }

    /// <summary>Changes the status of the current container.</summary>
    public Given Status(Action<V1ContainerStatus> configure)
    {
        configure(pod!.Status.ContainerStatuses.Single(c => c.Name == container));
        return this;
    }

    public Given Env(string name, string? value = null, string? configMap = null) =>
        Spec(c =>
            (c.Env ??= []).Add(
                new()
                {
                    Name = name,
                    Value = value,
                    ValueFrom = configMap is null
                        ? null
                        : new()
                        {
                            ConfigMapKeyRef = new() { Name = configMap, Key = name },
                        },
                }
            )
        );

    public Given Limit(string resource, string amount) =>
        Spec(c =>
            ((c.Resources ??= new()).Limits ??= new Dictionary<string, ResourceQuantity>())[resource] = new(amount)
        );

    /// <summary>
    /// A write to the object that is configured: the manager owns these fields, such as "spec.replicas".
    /// </summary>
    public static V1ManagedFieldsEntry Write(string manager, double minutesAgo, params string[] fields) =>
        new()
        {
            Manager = manager,
            Operation = "Update",
            Time = Ago(minutesAgo),
            FieldsV1 = JsonDocument.Parse(Owned(fields)).RootElement,
        };

    private static string Owned(IEnumerable<string> fields)
    {
        var below = fields
            .Select(field => field.Split('.', 2))
            .GroupBy(steps => steps[0], steps => steps.Length == 2 ? steps[1] : null)
            .Select(group => $"\"f:{group.Key}\":{Owned(group.OfType<string>())}");
        return $"{{{string.Join(',', below)}}}";
    }

    /// <summary>The pod is Pending and on no node.</summary>
    public Given Unscheduled(string? reason = null, string? message = null) =>
        Where(p =>
        {
            p.Spec.NodeName = null;
            p.Status.Phase = "Pending";
            p.Status.ContainerStatuses = null;
            p.Status.Conditions =
                reason is null && message is null
                    ? null
                    :
                    [
                        new()
                        {
                            Type = "PodScheduled",
                            Status = "False",
                            Reason = reason ?? "Unschedulable",
                            Message = message,
                        },
                    ];
        });

    public Given Phase(string phase) => Where(p => p.Status.Phase = phase);

    public Given NotReady() =>
        Where(p => p.Status.Conditions = [new() { Type = "Ready", Status = "False" }])
            .Status(status => status.Ready = false);

    public Given Waiting(string reason, string? message = null) =>
        Status(status =>
        {
            status.Ready = false;
            status.State = new()
            {
                Waiting = new() { Reason = reason, Message = message },
            };
        });

    /// <summary>The current container has ended and does not run.</summary>
    public Given Terminated(int exitCode, string? reason = null, double minutesAgo = 1, string? message = null) =>
        Status(status =>
        {
            status.Ready = false;
            status.State = new() { Terminated = End(exitCode, reason, minutesAgo, message) };
        });

    /// <summary>The previous run of the current container ended so; the present state stays.</summary>
    public Given Restarted(int exitCode, string? reason = null, double minutesAgo = 1, int count = 1) =>
        Status(status =>
        {
            status.RestartCount = count;
            status.LastState = new() { Terminated = End(exitCode, reason, minutesAgo, null) };
        });

    /// <summary>Waits in CrashLoopBackOff after runs that ended so.</summary>
    public Given CrashLooping(int exitCode = 1, string? reason = null) =>
        Restarted(exitCode, reason ?? "Error", 1, 5).Waiting("CrashLoopBackOff");

    /// <summary>A log of the current container.</summary>
    public Given Log(params string[] lines) => AddLog(lines, previous: false);

    public Given PreviousLog(params string[] lines) => AddLog(lines, previous: true);

    /// <summary>An event about the object that was added last.</summary>
    public Given Event(string reason, string message, double minutesAgo = 1, string type = "Warning") =>
        EventAbout(latest!, reason, message, minutesAgo, type);

    public Given EventAbout(
        ResourceRef about,
        string reason,
        string message,
        double minutesAgo = 1,
        string type = "Warning"
    )
    {
        Snapshot.Add(
            new Corev1Event
            {
                Metadata = new()
                {
                    Name = $"event-{Snapshot.All<Corev1Event>().Count()}",
                    NamespaceProperty = about.Namespace,
                },
                InvolvedObject = new()
                {
                    Kind = about.Kind,
                    NamespaceProperty = about.Namespace,
                    Name = about.Name,
                },
                Reason = reason,
                Message = message,
                Type = type,
                LastTimestamp = Ago(minutesAgo),
            }
        );
        return this;
    }

    /// <summary>All objects of these kinds were read: one that is not given does not exist.</summary>
    public Given Complete(params string[] kinds)
    {
        foreach (var kind in kinds)
            Snapshot.MarkComplete(kind, ClusterSnapshot.Everywhere);
        return this;
    }

    /// <summary>The question is about the object that was added last.</summary>
    public Given AskedAbout()
    {
        target = latest;
        return this;
    }

    public InspectionContext Context => new(Snapshot, ResourceTopology.Build(Snapshot), target);

    /// <summary>Runs one inspector.</summary>
    public InspectionResult Inspect<T>()
        where T : IInspector, new() => new T().Inspect(Context);

    /// <summary>The fault codes that one inspector finds; null stands for a symptom.</summary>
    public IReadOnlyList<string?> Faults<T>()
        where T : IInspector, new() => [.. Inspect<T>().Findings.Select(finding => finding.Fault)];

    /// <summary>The only finding of one inspector.</summary>
    public Finding Finding<T>()
        where T : IInspector, new() => Inspect<T>().Findings.ShouldHaveSingleItem();

    private Given AddLog(string[] lines, bool previous)
    {
        var log = new LogRef(pod!.Metadata.NamespaceProperty, pod.Metadata.Name, container, previous);
        Snapshot.Logs[log] = string.Join('\n', lines);
        return this;
    }

    private static V1ContainerStateTerminated End(int exitCode, string? reason, double minutesAgo, string? message) =>
        new()
        {
            ExitCode = exitCode,
            Reason = reason ?? (exitCode == 0 ? "Completed" : "Error"),
            Message = message,
            StartedAt = Ago(minutesAgo + 1),
            FinishedAt = Ago(minutesAgo),
        };

    private static (string? Namespace, string Name) Split(string name) =>
        name.Split('/') is [var ns, var plain] ? (ns, plain) : (null, name);
}
