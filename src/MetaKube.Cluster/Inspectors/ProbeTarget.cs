using System.Globalization;
using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Holds a failed probe against what the container serves: port, protocol, path and command.</summary>
internal static partial class ProbeTarget
{
    /// <summary>A wrong target.</summary>
    /// <param name="Why">The part of a sentence that says what the container serves instead.</param>
    /// <param name="Right">The target that the probe should have; null where nothing tells it.</param>
    public sealed record Wrong(string Why, string? Right)
    {
        /// <summary>The program's log shows another port; else only the spec tells it.</summary>
        public bool IsLogged { get; init; }
    }

    /// <summary>The reason for which the target is wrong; null for a target that may be right.</summary>
    public static Wrong? WhyWrong(
        InspectionContext context,
        V1Pod pod,
        V1Container container,
        V1Probe probe,
        string message
    )
    {
        if (probe.Exec is { } exec)
            return NeverSucceeds().IsMatch(string.Join(' ', exec.Command ?? []))
                ? new("a command that can never succeed", null)
                : WrongCommand(message);
        return IsRefused(message)
            ? WrongPort(context, pod, container, probe)
            : WrongProtocol(container, probe, message) ?? WrongPath(message);
    }

    /// <summary>True if nothing listened on the port. A gRPC probe says so in words of its own.</summary>
    public static bool IsRefused(string message) =>
        message.Contains("connection refused", StringComparison.OrdinalIgnoreCase)
        || message.Contains("failed to connect service", StringComparison.Ordinal);

    private static Wrong? WrongCommand(string message) =>
        message.Contains("executable file not found", StringComparison.Ordinal) || NoSuchProgram().IsMatch(message)
            ? new("a command that the image does not have", null)
            : null;

    private static Wrong? WrongPath(string message) =>
        StatusCode().Match(message) is { Success: true } status
        && status.Groups[1].Value is "404" or "405" or "410" or "401" or "403"
            ? new($"which answers {status.Groups[1].Value}", null)
            : null;

    private static Wrong? WrongProtocol(V1Container container, V1Probe probe, string message)
    {
        bool Says(string words) => message.Contains(words, StringComparison.OrdinalIgnoreCase);
        var port = PortOf(container, probe);
        if (Says("server gave HTTP response to HTTPS client") || Says("does not look like a TLS handshake"))
            return new("with the wrong scheme: the program serves plain HTTP there, not HTTPS", "scheme HTTP");
        if (Says("HTTP request to an HTTPS server"))
            return new("with the wrong scheme: the program serves HTTPS there, not HTTP", "scheme HTTPS");
        if (Says("malformed HTTP"))
        {
            var isGrpc = OtherOn(container, probe, port)?.Grpc is not null || IsBinary(message);
            return new(
                "in the wrong protocol: the program does not speak HTTP/1 there, but "
                    + (isGrpc ? "HTTP/2 (gRPC)" : "another protocol"),
                $"a {(isGrpc ? "grpc" : "tcpSocket")} probe on port {port}"
            );
        }
        if (probe.Grpc is not null && (Says("Unimplemented") || Says("unknown service grpc.health")))
            return new(
                "in the wrong protocol: the program serves no gRPC health service there",
                $"a tcpSocket probe on port {port}"
            );
        return probe.Grpc is not null && (Says("server preface") || Says("http2: frame too large"))
            ? new("in the wrong protocol: the program does not speak gRPC there", $"an httpGet probe on port {port}")
            : null;
    }

    /// <summary>The frame by which an HTTP/2 server opens a connection starts with zero bytes.</summary>
    private static bool IsBinary(string message) => message.Contains(@"\x00\x00", StringComparison.Ordinal);

    /// <summary>
    /// Wrong if the program listens on other ports by its log, or, without such a line, if the container declares
    /// others or another probe of it succeeds elsewhere.
    /// </summary>
    private static Wrong? WrongPort(InspectionContext context, V1Pod pod, V1Container container, V1Probe probe)
    {
        if (PortOf(container, probe) is not { } port)
            return null;
        var listening = ListeningPorts(context, pod, container.Name).ToList();
        if (listening.Contains(port))
            return null;
        // A container may serve ports that it does not declare, but a probe beside all of them is nearly always a slip.
        var declared = (container.Ports ?? [])
            .Where(p => p.Protocol is null or "TCP")
            .Select(p => p.ContainerPort)
            .ToList();
        if (declared.Contains(port) && listening.Count == 0)
            return null;
        var others = listening.Count > 0 ? listening : declared;
        if (others.Count == 0)
            return null;
        var ports = string.Join(", ", others);
        return new(
            listening.Count > 0
                ? $"while the program listens on port {ports}"
                : $"while the container's port is {ports}",
            $"port {others[0]}"
        )
        {
            IsLogged = listening.Count > 0,
        };
    }

    private static IEnumerable<int> ListeningPorts(InspectionContext context, V1Pod pod, string container) =>
        context
            .LogOf(pod, container, false)
            .Concat(context.LogOf(pod, container, true))
            .SelectMany(line => Listening().Matches(line))
            .Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))
            .Distinct();

    /// <summary>
    /// The address of the container itself on which the program listens, by its log, while the probe's port is refused
    /// from outside of it; null where the log tells no such address.
    /// </summary>
    public static string? LoopbackOf(InspectionContext context, V1Pod pod, V1Container container, V1Probe probe) =>
        PortOf(container, probe) is not { } port
            ? null
            : context
                .LogOf(pod, container.Name, false)
                .Concat(context.LogOf(pod, container.Name, true))
                .SelectMany(line => Loopback().Matches(line))
                .FirstOrDefault(match => match.Groups["port"].Value == port.ToString(CultureInfo.InvariantCulture))
                ?.Groups["address"].Value;

    /// <summary>True if the last line of the container's last run tells of a start that goes on.</summary>
    public static bool IsStillStarting(InspectionContext context, V1Pod pod, string container) =>
        ((bool[])[true, false]).Any(previous =>
            context.LogOf(pod, container, previous) is [.., var last] && Starting().IsMatch(last)
        );

    /// <summary>Another probe of the container on the same port.</summary>
    private static V1Probe? OtherOn(V1Container container, V1Probe probe, int? port) =>
        new[] { container.ReadinessProbe, container.LivenessProbe, container.StartupProbe }.FirstOrDefault(other =>
            other is not null && other != probe && PortOf(container, other) == port
        );

    private static int? PortOf(V1Container container, V1Probe probe)
    {
        var port = probe.HttpGet?.Port ?? probe.TcpSocket?.Port;
        if (port is null)
            return probe.Grpc?.Port;
        if (int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        return container.Ports?.FirstOrDefault(p => p.Name == port)?.ContainerPort;
    }

    // "sh: wget: not found", "/bin/sh: 1: curl: not found", "exec: \"x\": stat x: no such file or directory"
    [GeneratedRegex(
        @"\bsh: (?:\d+: )?\S+: (?:command )?not found|stat \S+: no such file|unable to start container process"
    )]
    private static partial Regex NoSuchProgram();

    // "false", "sh -c exit 1"
    [GeneratedRegex(@"^(?:\S*sh -c )?[""']?(?:exit [1-9]\d{0,2}|(?:/bin/|/usr/bin/)?false)[""']?$")]
    private static partial Regex NeverSucceeds();

    [GeneratedRegex(
        @"\b(?:listening|listen|serving|running|bound|bind)\b[^\n]{0,40}?"
            + @"(?<address>(?:127\.0\.0\.1|localhost|\[::1\]):(?<port>\d{2,5}))\b",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Loopback();

    [GeneratedRegex(
        @"\b(?:warming|loading|starting|initiali[sz]ing|migrating|opening|building|restoring|replaying|indexing"
            + @"|recovering|compiling|importing|downloading|scanning)\b|\b\d{1,2} ?%",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Starting();

    [GeneratedRegex(@"statuscode: (\d{3})")]
    private static partial Regex StatusCode();

    [GeneratedRegex(
        @"(?:listening|listen|started|serving|running|bound|bind)\b[^\n]{0,60}?(?::|port[ =:]+)(\d{2,5})\b",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Listening();
}
