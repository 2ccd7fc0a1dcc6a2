using System.Globalization;
using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Addresses in the environment of programs that lead to no Service of the cluster, or to a port that the Service does
/// not have.
/// </summary>
internal sealed partial class AddressInspector : IInspector
{
    /// <summary>Ports of two digits and more: "redis:6" is an image.</summary>
    private sealed record Address(string Variable, string Value, string Host, int? Port);

    public InspectionResult Inspect(InspectionContext context) =>
        new(
            context
                .Pods.GroupBy(pod => context.Topology.Controller(InspectionContext.Ref(pod)))
                .Select(group => group.FirstOrDefault(pod => !PodState.IsReady(pod)) ?? group.First())
                .Where(pod => pod.Spec is not null)
                .SelectMany(pod => Wrong(context, pod))
        );

    private static IEnumerable<Finding> Wrong(InspectionContext context, V1Pod pod) =>
        from container in pod.Spec.Containers ?? []
        from address in AddressesOf(container)
        let finding = Judge(context, pod, container, address)
        where finding is not null
        select finding;

    /// <summary>
    /// Of a variable that stands twice, the later value is what the program gets. A variable counts if its name speaks
    /// of an address, or if its value has a scheme and a port or a user.
    /// </summary>
    private static IEnumerable<Address> AddressesOf(V1Container container) =>
        (container.Env ?? [])
            .Where(variable => !string.IsNullOrEmpty(variable.Value))
            .GroupBy(variable => variable.Name)
            .Select(group => group.Last())
            .Select(variable => (variable.Name, variable.Value, Match: Form().Match(variable.Value)))
            .Where(item =>
                item.Match.Success
                && (
                    AddressName().IsMatch(item.Name)
                    || item.Match.Groups["scheme"].Success && item.Match.Groups["user"].Success
                    || item.Match.Groups["scheme"].Success && item.Match.Groups["port"].Success
                )
                && !item.Name.EndsWith("IMAGE", StringComparison.OrdinalIgnoreCase)
            )
            .Select(item => new Address(
                item.Name,
                item.Value,
                item.Match.Groups["host"].Value,
                item.Match.Groups["port"] is { Success: true } port
                    ? int.Parse(port.Value, CultureInfo.InvariantCulture)
                    : null
            ));

    private static Finding? Judge(InspectionContext context, V1Pod pod, V1Container container, Address address)
    {
        var ns = pod.Metadata.NamespaceProperty;
        // A bare word may be anything: a host has a port, a scheme or a domain.
        var isHost =
            address.Port is not null
            || address.Value.Contains("://", StringComparison.Ordinal)
            || address.Host.Contains(".svc", StringComparison.Ordinal);
        if (!isHost || IsOwn(pod, address.Host))
            return null;
        if (ServiceCalls.Resolve(context.Snapshot, address.Host, ns) is not { } target)
            return null;
        if (target.Service is { } service)
            return WrongPort(pod, container, address, service);
        return
            context.Snapshot.IsComplete("Service", target.Namespace)
            && context.Snapshot.In<V1Service>(target.Namespace).Any()
            ? NoService(context, pod, container, address, target.Name, target.Namespace)
            : null;
    }

    private static bool IsOwn(V1Pod pod, string host) =>
        host is "localhost" or "host"
        || host == pod.Metadata.Name
        || pod.Spec.HostAliases?.Any(alias => alias.Hostnames?.Contains(host) == true) == true;

    private static Finding NoService(
        InspectionContext context,
        V1Pod pod,
        V1Container container,
        Address address,
        string name,
        string ns
    )
    {
        var near = context
            .Snapshot.In<V1Service>(ns)
            .Select(service => service.Metadata.Name)
            .Where(other => IsNear(other, name))
            .MaxBy(other => other.Length);
        var (fault, weight) =
            near is not null || IsMissed(context, pod, container, name)
                ? (NetworkFaults.DependencyMissing, 0.85)
                : (null, 0.5);
        return Of(
            pod,
            container,
            address,
            fault,
            $"variable {address.Variable} of container {container.Name} is {address.Value}, and there is no Service "
                + $"{name} in namespace {ns}"
                + (near is null ? "" : $" (there is {near})")
                + Twice(container, address.Variable),
            weight,
            ("host", name)
        ) with
        {
            About = new("Service", ns, name),
        };
    }

    /// <summary>
    /// True if the log speaks of the host. A program may never call an address that it was given.
    /// </summary>
    private static bool IsMissed(InspectionContext context, V1Pod pod, V1Container container, string host) =>
        context
            .LogOf(pod, container.Name, false)
            .Concat(context.LogOf(pod, container.Name, true))
            .Any(line => line.Contains(host, StringComparison.Ordinal));

    /// <summary>A headless Service has no port of its own: its pods are called at theirs.</summary>
    private static Finding? WrongPort(V1Pod pod, V1Container container, Address address, V1Service service)
    {
        var ports = (service.Spec?.Ports ?? []).Select(port => port.Port).ToList();
        if (
            address.Port is not { } port
            || ports.Count == 0
            || ports.Contains(port)
            || service.Spec?.ClusterIP == "None"
            || service.Spec?.Type == "ExternalName"
        )
            return null;
        return Of(
            pod,
            container,
            address,
            ConfigurationFaults.BadValue,
            $"variable {address.Variable} of container {container.Name} is {address.Value}, and Service "
                + $"{service.Metadata.Name} has port {string.Join(", ", ports)}, not {port}"
                + Twice(container, address.Variable),
            0.85,
            ("host", service.Metadata.Name)
        );
    }

    private static string Twice(V1Container container, string name)
    {
        var values = container.Env.Where(variable => variable.Name == name).Select(variable => variable.Value).ToList();
        return values.Count < 2
            ? ""
            : $"; the variable stands twice, and the later value hides {string.Join(", ", values.SkipLast(1))}";
    }

    /// <summary>
    /// One name starts with the other, as "orders-db" and "orders-db-old", or has the same letters but two.
    /// </summary>
    private static bool IsNear(string a, string b)
    {
        if (a.StartsWith(b, StringComparison.Ordinal) || b.StartsWith(a, StringComparison.Ordinal))
            return true;
        return a.Length == b.Length && a.Length > 4 && a.Zip(b).Count(pair => pair.First != pair.Second) <= 2;
    }

    private static Finding Of(
        V1Pod pod,
        V1Container container,
        Address address,
        string? fault,
        string summary,
        double weight,
        (string Key, string Value) fact
    ) =>
        new()
        {
            Fault = fault,
            Resource = InspectionContext.Ref(pod, container.Name),
            Summary = summary,
            Source = $"spec.containers[{container.Name}].env[{address.Variable}]",
            Quote = $"{address.Variable}: {address.Value}",
            Weight = weight,
            Facts = new Dictionary<string, string>
            {
                [fact.Key] = fact.Value,
                ["variable"] = address.Variable,
                ["container"] = container.Name,
            },
        };

    [GeneratedRegex(
        @"^(?:jdbc:)?(?:(?<scheme>[a-z][a-z0-9+.-]{1,20})://)?(?<user>[^@/\s]{1,80}@)?"
            + @"(?<host>[a-z][a-z0-9-]{1,62}(?:\.[a-z0-9-]{1,63}){0,5})(?::(?<port>\d{2,5}))?(?:[/?;,].*)?$"
    )]
    private static partial Regex Form();

    [GeneratedRegex(
        @"ADDR|HOST|URL|URI|ENDPOINT|SERVER|BROKER|SERVICE|UPSTREAM|BACKEND|TARGET|BOOTSTRAP|PEER|DSN",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex AddressName();
}
