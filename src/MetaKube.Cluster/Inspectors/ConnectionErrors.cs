using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Judges a log line that says that another host does not resolve, refuses connections or does not answer. The Services
/// and NetworkPolicies that were read decide which fault that is.
/// </summary>
internal sealed partial class ConnectionErrors(InspectionContext context, V1Pod pod, string container, string source)
{
    /// <summary>Words of a resolver that got no answer. An unknown name (NXDOMAIN) is an answer.</summary>
    private static readonly MessagePattern Temporary = new(
        "EAI_AGAIN|Temporary failure in name resolution|server misbehaving|SERVFAIL|i/o timeout|Try again",
        null,
        ""
    );

    /// <summary>dig, nslookup and host ask a name server that does not answer.</summary>
    private static readonly MessagePattern NoServer = new(LogPatterns.NoNameServer, null, "");

    /// <summary>Words of which each pattern of its kind has one. Most lines have none, and are not matched.</summary>
    private static readonly SearchValues<string> ResolverWords = Words(
            "translate host",
            "getaddrinfo",
            "bad address",
            "unknownhost",
            "lookup ",
            "resolve",
            "unknown host",
            "not known",
            "servname",
            "name resolution",
            "server host",
            "host not found",
            "dns:/",
            "no such host",
            "dns resolution",
            "enotfound",
            "servers could be reached",
            "communications error",
            "plugin/loop"
        ),
        SilenceWords = Words(
            "timeout",
            "timed out",
            "etimedout",
            "deadline exceeded",
            "no route",
            "unreach",
            "(110",
            "(113"
        ),
        // ECONNREFUSED is 111 on Linux and 61 on BSD.
        RefusalWords = Words("refused", "(111", "(61)", "t connect to", "UnableToConnect");

    private static SearchValues<string> Words(params string[] words) =>
        SearchValues.Create(words, StringComparison.OrdinalIgnoreCase);

    private readonly List<TopologyEdge> edges = [];

    private ClusterSnapshot Snapshot => context.Snapshot;

    /// <summary>The dependencies that the judged lines show: the pod calls these Services.</summary>
    public IReadOnlyList<TopologyEdge> Edges => edges;

    /// <summary>The finding of a line, or null where it is no connection error.</summary>
    public Finding? Judge(string text)
    {
        bool Has(SearchValues<string> words) => text.AsSpan().ContainsAny(words);

        if (Has(ResolverWords) && MessagePattern.First(LogPatterns.Unresolved, text) is { } unresolved)
            return Unresolved(text, unresolved.Facts);
        if (Has(SilenceWords) && MessagePattern.First(LogPatterns.TimedOut, text) is { } silent)
            return TimedOut(text, silent.Facts);
        return Has(RefusalWords) && MessagePattern.First(LogPatterns.Refused, text) is { } refused
            ? Refused(text, refused.Facts)
            : null;
    }

    private Finding Unresolved(string text, IReadOnlyDictionary<string, string> facts)
    {
        if (facts.GetValueOrDefault("host") is not { } host)
            return WithoutHost(text, facts);
        var target = Resolve(host);
        if (OwnResolver(text, facts, host, target is not null, target?.Service is not null) is { } own)
            return own;
        if (target is { Service: null } gone && Snapshot.IsComplete("Service", gone.Namespace))
            return NoSuchService(text, facts, host, gone.Name, gone.Namespace, 0.93);
        if (target is not { Service: { } service })
            return Of(
                NetworkFaults.DependencyMissing,
                $"host {host} does not resolve",
                0.75,
                text,
                Outside(facts, host)
            );
        Link(service);
        var isDown = DnsIsDown();
        if (!isDown && OfNameServer(text, facts, service, host) is { } ruled)
            return ruled;
        return Of(
            NetworkFaults.DnsFailure,
            $"host {host} does not resolve although Service {service.Metadata.Name} exists"
                + (isDown ? "; the cluster's DNS is not running" : ""),
            isDown ? 0.94 : 0.85,
            text,
            facts
        );
    }

    private static readonly ResourceRef Corefile = new("ConfigMap", "kube-system", "coredns");

    /// <summary>The name of a Service that the cluster's name server treats by a rule of its own.</summary>
    private Finding? OfNameServer(
        string text,
        IReadOnlyDictionary<string, string> facts,
        V1Service service,
        string host
    ) =>
        NameServerRule(service, host) is { } rule
            ? Of(
                NetworkFaults.DnsFailure,
                $"host {host} does not resolve although Service {service.Metadata.Name} exists: the cluster's name "
                    + $"server treats this name by a rule of its own (\"{rule}\" in its Corefile)",
                0.93,
                text,
                With(facts, "dnsrule", rule)
            ) with
            {
                Resource = Corefile,
            }
            : null;

    /// <summary>
    /// The line of CoreDNS' configuration that answers or rewrites the name before the cluster's own zone does; null
    /// where there is none.
    /// </summary>
    private string? NameServerRule(V1Service service, string host)
    {
        if (
            Snapshot.Find<V1ConfigMap>(Corefile.Namespace, Corefile.Name)?.Data?.TryGetValue("Corefile", out var file)
            != true
        )
            return null;
        edges.Add(new(InspectionContext.Ref(pod), Corefile, Relation.DependsOn));
        var (name, ns) = (service.Metadata.Name, service.Metadata.NamespaceProperty);
        var inRule = 0;
        foreach (var line in file!.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (RuleStart().IsMatch(line))
                inRule = line.EndsWith('{') ? 1 : 0;
            else if (inRule == 0)
                continue;
            else if (line.StartsWith('}'))
            {
                inRule = 0;
                continue;
            }
            // Names in regular expressions have their dots escaped.
            var plain = line.Replace(@"\", "", StringComparison.Ordinal);
            if (plain.Contains($"{name}.{ns}", StringComparison.Ordinal) || plain.Split(' ').Contains(host))
                return line;
        }
        return null;
    }

    // Plugins that answer by themselves: with a fixed answer, another name, or a list of hosts.
    [GeneratedRegex(@"^(?:template|rewrite|hosts)\b")]
    private static partial Regex RuleStart();

    /// <summary>A resolver that names no host: its name server does not answer, or does not know a name.</summary>
    private Finding WithoutHost(string text, IReadOnlyDictionary<string, string> facts)
    {
        var isSilent = NoServer.Match(text) is not null;
        if (DnsIsDown())
            return AtDns(
                Of(
                    NetworkFaults.DnsFailure,
                    "host names do not resolve, and the cluster's DNS is not running",
                    isSilent ? 0.94 : 0.85,
                    text,
                    facts
                )
            );
        return isSilent
            ? Of(NetworkFaults.DnsFailure, "the name server does not answer", 0.8, text, facts)
            : Of(NetworkFaults.DependencyMissing, "a host name does not resolve", 0.55, text, facts);
    }

    /// <summary>The finding at the DNS pods, which have to be mended, with the way from the caller to them.</summary>
    private Finding AtDns(Finding finding)
    {
        if (DnsPods().FirstOrDefault() is not { } dns)
            return finding;
        edges.Add(new(InspectionContext.Ref(pod), InspectionContext.Ref(dns), Relation.DependsOn));
        return finding with { Resource = InspectionContext.Ref(dns) };
    }

    /// <summary>
    /// A name that the pod's own resolver cannot look up: its dnsPolicy leads past the cluster's name server, or no
    /// name server answers. A server that does not know a name says so.
    /// </summary>
    private Finding? OwnResolver(
        string text,
        IReadOnlyDictionary<string, string> facts,
        string host,
        bool isOfCluster,
        bool isThere
    )
    {
        if (isOfCluster && pod.Spec?.DnsPolicy is "None" or "Default")
            return Of(
                NetworkFaults.DnsFailure,
                $"host {host} does not resolve in this pod: its dnsPolicy is {pod.Spec.DnsPolicy}, and only the "
                    + "cluster's name server knows names of Services",
                0.94,
                text,
                facts
            );
        if (Temporary.Match(text) is not null && NetworkPolicies.BlockingDns(Snapshot, pod) is { } policy)
            return Blocked(
                text,
                With(facts, "host", host),
                policy,
                $"NetworkPolicy {policy.Metadata.Name} lets {pod.Metadata.Name} send nothing to port 53, so host "
                    + $"{host} does not resolve"
            );
        return isThere || Temporary.Match(text) is null
            ? null
            : Of(
                NetworkFaults.DnsFailure,
                $"the name server does not answer for host {host} (a temporary failure, not an unknown name)",
                0.8,
                text,
                Outside(facts, host)
            );
    }

    private Finding Refused(string text, IReadOnlyDictionary<string, string> facts)
    {
        var host = facts["host"];
        var target = Resolve(host);
        if (target is { Service: null } gone && Snapshot.IsComplete("Service", gone.Namespace))
            return NoSuchService(text, facts, host, gone.Name, gone.Namespace, 0.85);
        if (target is not { Service: { } service })
            return Of(NetworkFaults.DependencyDown, $"{host} refuses connections", 0.75, text, Outside(facts, host));
        Link(service);
        var ports = (service.Spec?.Ports ?? []).Select(port => port.Port).ToList();
        if (
            facts.TryGetValue("port", out var number)
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && ports.Count > 0
            && !ports.Contains(port)
        )
            return Of(
                ConfigurationFaults.BadValue,
                $"the program calls port {port} of Service {service.Metadata.Name},"
                    + $" which has port {string.Join(", ", ports)}",
                0.88,
                text,
                facts
            );
        return Of(
            NetworkFaults.DependencyDown,
            $"Service {service.Metadata.Name} refuses connections",
            0.82,
            text,
            With(facts, "host", service.Metadata.Name)
        );
    }

    private Finding TimedOut(string text, IReadOnlyDictionary<string, string> facts)
    {
        var host = facts["host"];
        if (Resolve(host) is not { Service: { } service })
            return Of(NetworkFaults.ConnectionTimeout, $"{host} does not answer", 0.75, text, Outside(facts, host));
        Link(service);
        var name = service.Metadata.Name;
        if (HasNoneOnTheNode(service))
            return Of(
                NetworkFaults.NoReadyEndpoints,
                $"Service {name} has internalTrafficPolicy Local, and node {pod.Spec.NodeName}, where "
                    + $"{pod.Metadata.Name} runs, has no ready pod of it",
                0.93,
                text,
                With(facts, "host", name)
            );
        if (NetworkPolicies.Blocking(Snapshot, pod, service) is not { } policy)
            return Of(
                NetworkFaults.ConnectionTimeout,
                $"Service {name} does not answer",
                0.8,
                text,
                With(facts, "host", name)
            );
        return Blocked(
            text,
            With(facts, "host", name),
            policy,
            $"NetworkPolicy {policy.Metadata.Name} has no rule that lets {pod.Metadata.Name} reach Service {name}"
        );
    }

    /// <summary>
    /// True if the Service answers only calls from nodes that have a pod of it, and the caller's node has none.
    /// </summary>
    private bool HasNoneOnTheNode(V1Service service)
    {
        if (service.Spec?.InternalTrafficPolicy != "Local" || string.IsNullOrEmpty(pod.Spec?.NodeName))
            return false;
        var nodes = context
            .Topology.DependenciesOf(InspectionContext.Ref(service))
            .Where(edge => edge.To.Kind == "Pod")
            .Select(edge => Snapshot.Find<V1Pod>(edge.To.Namespace, edge.To.Name)?.Spec?.NodeName)
            .ToList();
        return nodes.Count > 0 && !nodes.Contains(null) && !nodes.Contains(pod.Spec.NodeName);
    }

    private Finding Blocked(
        string text,
        IReadOnlyDictionary<string, string> facts,
        V1NetworkPolicy policy,
        string summary
    )
    {
        var resource = InspectionContext.Ref(policy);
        edges.Add(new(InspectionContext.Ref(pod), resource, Relation.DependsOn));
        var by = Snapshot.LastWrite(resource, "spec") is { } write ? $"; it was written {write.By}" : "";
        var named = With(facts, "policy", policy.Metadata.Name);
        return Of(NetworkFaults.PolicyBlocked, summary + by, 0.93, text, named) with
        {
            Resource = resource,
        };
    }

    private Finding NoSuchService(
        string text,
        IReadOnlyDictionary<string, string> facts,
        string host,
        string name,
        string ns,
        double weight
    ) =>
        Of(
            NetworkFaults.DependencyMissing,
            $"the program calls {host}, and there is no such Service in namespace {ns}{SettingOf(host)}",
            weight,
            text,
            With(facts, "host", name)
        ) with
        {
            About = new("Service", ns, name),
        };

    /// <summary>
    /// The variable that holds the host. One that stands twice hides its earlier value, which a reader of the spec may
    /// take for the valid one.
    /// </summary>
    private string SettingOf(string host)
    {
        var variables = PodReferences
            .Containers(pod.Spec ?? new())
            .Where(own => own.Name == container)
            .SelectMany(own => own.Env ?? [])
            .Where(variable => variable.Value is not null)
            .GroupBy(variable => variable.Name)
            .FirstOrDefault(group => group.Last().Value.Contains(host, StringComparison.Ordinal));
        if (variables is null)
            return "";
        var earlier = variables
            .SkipLast(1)
            .Select(variable => variable.Value)
            .Where(value => value.Length > 0)
            .ToList();
        return $"; variable {variables.Key} holds it"
            + (
                earlier.Count == 0
                    ? ""
                    : $", which stands twice in the spec: the later value hides {string.Join(", ", earlier)}"
            );
    }

    private Finding Of(
        string fault,
        string summary,
        double weight,
        string text,
        IReadOnlyDictionary<string, string> facts
    ) =>
        new()
        {
            Fault = fault,
            Resource = InspectionContext.Ref(pod, container),
            Summary = summary,
            Source = source,
            Quote = text,
            Weight = weight,
            Facts = facts,
        };

    /// <summary>
    /// A server that is known by a stack trace alone, which names no host, refuses connections. If it serves, the
    /// caller's settings are wrong.
    /// </summary>
    public Finding? RefusedByServer(string text, ResourceRef server)
    {
        var caller = InspectionContext.Ref(pod, container);
        edges.Add(new(caller.Object, server, Relation.DependsOn));
        var pods = Snapshot
            .In<V1Pod>(server.Namespace)
            .Where(other => context.Topology.Controller(InspectionContext.Ref(other)) == server)
            .ToList();
        if (pods.Count == 0 || !pods.Exists(PodState.IsReady))
            return Of(
                NetworkFaults.DependencyDown,
                $"{server.Name} refuses connections",
                0.82,
                text,
                new Dictionary<string, string> { ["host"] = server.Name }
            );
        var ports = pods.SelectMany(other => other.Spec?.Containers ?? [])
            .SelectMany(other => other.Ports ?? [])
            .Select(port => port.ContainerPort)
            .Distinct()
            .Take(3)
            .ToList();
        var from = SecretsOf(pod.Spec?.Containers?.FirstOrDefault(own => own.Name == container));
        return Of(
            ConfigurationFaults.BadValue,
            $"the program's connection is refused although {server.Name} runs and is ready: the port or host in the "
                + $"program's settings{from} is wrong"
                + (ports.Count > 0 ? $"; {server.Name} serves port {string.Join(", ", ports)}" : ""),
            0.84,
            text,
            new Dictionary<string, string> { ["host"] = server.Name }
        );
    }

    private static string SecretsOf(V1Container? own)
    {
        var names = (own?.EnvFrom ?? [])
            .Select(source => source.SecretRef?.Name)
            .Concat((own?.Env ?? []).Select(variable => variable.ValueFrom?.SecretKeyRef?.Name))
            .OfType<string>()
            .Distinct()
            .ToList();
        return names.Count == 0 ? "" : $" (Secret {string.Join(", ", names)})";
    }

    /// <summary>Marks a host that is certainly outside the cluster, so that no Service is recommended for it.</summary>
    private static IReadOnlyDictionary<string, string> Outside(IReadOnlyDictionary<string, string> facts, string host)
    {
        var isOutside = System.Net.IPAddress.TryParse(host, out var address)
            ? !IsPrivate(address)
            : host.Contains('.', StringComparison.Ordinal)
                && !host.EndsWith(".local", StringComparison.OrdinalIgnoreCase)
                && !host.EndsWith(".svc", StringComparison.OrdinalIgnoreCase);
        return isOutside ? With(facts, "outside", host) : facts;
    }

    private static bool IsPrivate(System.Net.IPAddress address) =>
        address.GetAddressBytes() is not [var first, var second, ..]
        || first is 10 or 127
        || first == 192 && second == 168
        || first == 172 && second is >= 16 and < 32
        || first == 169 && second == 254;

    private (V1Service? Service, string Name, string Namespace)? Resolve(string host) =>
        ServiceCalls.Resolve(Snapshot, host, pod.Metadata.NamespaceProperty);

    private void Link(V1Service service) =>
        edges.Add(new(InspectionContext.Ref(pod), InspectionContext.Ref(service), Relation.DependsOn));

    /// <summary>No pod of the cluster's DNS that was read is ready, or a complete list has none.</summary>
    private bool DnsIsDown() =>
        DnsPods().ToList() is { Count: > 0 } known
            ? !known.Exists(PodState.IsReady)
            : Snapshot.IsComplete("Pod", "kube-system");

    private IEnumerable<V1Pod> DnsPods() =>
        Snapshot
            .In<V1Pod>("kube-system")
            .Where(dns =>
                dns.Metadata.Labels?.TryGetValue("k8s-app", out var app) == true && app is "kube-dns" or "coredns"
                || !Snapshot.Shows(dns, ShownFields.Labels) && DnsName().IsMatch(dns.Metadata.Name)
            )
            .Where(dns => Snapshot.Shows(dns, ShownFields.Status));

    // A row of a table shows no labels.
    [GeneratedRegex("^(?:coredns|kube-dns)-")]
    private static partial Regex DnsName();

    private static Dictionary<string, string> With(
        IReadOnlyDictionary<string, string> facts,
        string key,
        string value
    ) => new(facts) { [key] = value };
}
