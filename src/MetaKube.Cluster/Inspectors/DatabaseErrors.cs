using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Judges lines in which a database, cache or queue refuses its clients for a reason of its own: no connection left,
/// read-only, out of memory. The fault is at the server, which the caller's settings or the kind of the message name.
/// </summary>
internal sealed class DatabaseErrors(InspectionContext context, V1Pod pod, string container, string source)
{
    private static readonly MessagePattern[] Patterns =
    [
        new(
            @"too many connections|max_connections|max number of clients reached|ERROR 1040|ERROR 1203"
                + @"|max_user_connections|\bER_CON_COUNT_ERROR\b",
            ResourceFaults.ConnectionsExhausted,
            "{server} has no connection left: too many clients are connected",
            0.9
        ),
        new(
            @"too many clients already|remaining connection slots are reserved"
                + "|too many connections for (role|database)",
            ResourceFaults.ConnectionsExhausted,
            "{server} has no connection left: too many clients are connected",
            0.9
        ),
        new(
            @"connection is not available, request timed out|could not (acquire|get|obtain) (a )?(JDBC )?connection"
                + @" from (the )?pool|pool (is )?exhausted|QueuePool limit of size|timeout acquiring a connection"
                + @"|no available connection and the queue has reached its max size|connection pool is full"
                + @"|max pool size was reached|Timed? ?out[^\n]{0,40}waiting for (an? )?(available |idle )?connection"
                + @"|Cannot get a connection, pool error",
            ResourceFaults.ConnectionsExhausted,
            "the pool of connections to {server} is used up",
            0.85
        ),
        new(
            @"--(super-)?read-only option|\bER_OPTION_PREVENTS_STATEMENT\b|ERROR 1290|running in read-only mode"
                + @"|cannot execute [A-Z ]{2,30} in a read-only transaction|READONLY You can't write"
                + @"|\bNotWritablePrimary\b|not master and slaveOk|database is in read-?only mode|\bERROR 1836\b",
            ConfigurationFaults.DatabaseReadOnly,
            "{server} is read-only and refuses writes",
            0.9
        ),
        new(
            @"OOM command not allowed when used memory|\bmaxmemory\b[^\n]{0,40}(reached|exceeded)",
            ConfigurationFaults.BadValue,
            "{server} has used up its maxmemory, and its eviction policy lets it drop nothing",
            0.88
        ),
        new(
            @"unknown column '(?<column>[^'\n]{1,80})'|column ""?(?<column>[\w.]{1,80})""? (of relation ""?\w+""? )?"
                + @"does not exist|no such column:? (?<column>[\w.]{1,80})|Invalid column name '(?<column>\w{1,80})'"
                + @"|relation ""(?<column>[\w.]{1,80})"" does not exist|Table '(?<column>[\w.]{1,80})' doesn't exist"
                + @"|no such table:? (?<column>[\w.]{1,80})",
            ApplicationFaults.Crash,
            "the schema of {server} lacks {column}: a migration did not run, or runs behind the program",
            0.85
        ),
        new(
            @"lock wait timeout exceeded|canceling statement due to lock timeout|deadlock (found|detected)"
                + @"|could not obtain lock on",
            ApplicationFaults.ErrorRate,
            "statements wait for a lock that another session of {server} holds",
            0.84
        ),
        new(
            @"unknown database '(?<database>[^'\n]{1,80})'|database ""(?<database>[^""\n]{1,80})"" does not exist",
            ConfigurationFaults.BadValue,
            "the program asks for database {database}, which {server} does not have",
            0.88
        ),
    ];

    private static readonly (string[] Words, int Port)[] Families =
    [
        (["mysql", "mariadb", "percona"], 3306),
        (["postgres", "pgsql", "psql", "timescale", "pgpool", "patroni"], 5432),
        (["redis", "valkey", "keydb", "dragonfly"], 6379),
        (["mongo"], 27017),
        (["mssql", "sqlserver"], 1433),
    ];

    private readonly List<TopologyEdge> edges = [];

    /// <summary>The dependencies that the judged lines show.</summary>
    public IReadOnlyList<TopologyEdge> Edges => edges;

    /// <summary>The finding of a line, or null where no server refuses in it.</summary>
    public Finding? Judge(string text)
    {
        if (MessagePattern.First(Patterns, text) is not { } known)
            return null;
        var ofServer = known.Message.Fault is not ApplicationFaults.Crash && !known.Facts.ContainsKey("database");
        var server = ServerOf(text);
        var facts = new Dictionary<string, string>(known.Facts)
        {
            ["server"] = server?.Name ?? AddressIn(text) ?? "the database",
        };
        var caller = InspectionContext.Ref(pod, container);
        if (server is not null && server != context.Topology.Controller(caller))
            edges.Add(new(caller.Object, server, Relation.DependsOn));
        return known.Message.Find(ofServer && server is not null ? server : caller, source, text, facts);
    }

    /// <summary>
    /// The host and port of the server that the line names, or another line of the log that a server refuses; null
    /// where none does.
    /// </summary>
    private string? AddressIn(string text) =>
        context
            .LogOf(pod, container, previous: false)
            .Concat(context.LogOf(pod, container, previous: true))
            .TakeLast(LinesNearby)
            .Prepend(text)
            .Where(line => line.Contains(':') && MessagePattern.First(Patterns, line) is not null)
            .Select(line => Address.Match(line))
            .FirstOrDefault(match => match.Success)
            ?.Value;

    private const int LinesNearby = 20;

    private static readonly Regex Address = new(
        @"\b[a-z](?:[a-z0-9.-]{0,251}[a-z0-9])?:\d{2,5}\b",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant
    );

    /// <summary>The server of the kind that a stack trace shows, or null where it shows none.</summary>
    public ResourceRef? CalledServer(string trace) => FamilyOf(trace) is null ? null : ServerOf(trace);

    /// <summary>The workload of a kind of server that a pod calls or is itself; null where it is not known.</summary>
    public ResourceRef? ServerOf(string text)
    {
        var family = FamilyOf(text);
        var self = context.Topology.Controller(InspectionContext.Ref(pod));
        if (IsServer(pod, family))
            return self;
        var called = ServiceCalls
            .FromEnvironment(context.Snapshot, pod)
            .Select(service => context.Snapshot.Find<V1Service>(service.Namespace, service.Name))
            .OfType<V1Service>()
            .SelectMany(service => Behind(service, family))
            .Distinct()
            .ToList();
        if (called is [var only])
            return only;
        var servers = context
            .Snapshot.In<V1Pod>(pod.Metadata.NamespaceProperty)
            .Where(other => IsServer(other, family))
            .GroupBy(other => context.Topology.Controller(InspectionContext.Ref(other)))
            .Where(group => group.Key != self && (called.Count == 0 || called.Contains(group.Key)))
            .ToList();
        // A server whose own probe says it is meant; else the one that began to run last, whose state has changed.
        return servers
            .OrderByDescending(group => group.Any(SaysIt))
            .ThenByDescending(group => group.Max(StartedAt))
            .FirstOrDefault()
            ?.Key;
    }

    private bool SaysIt(V1Pod server) =>
        context.LatestEvent(InspectionContext.Ref(server), e => e.Reason == "Unhealthy")?.Message is { } message
        && MessagePattern.First(Patterns, message) is not null;

    private static DateTime StartedAt(V1Pod server) =>
        (server.Status?.ContainerStatuses ?? [])
            .Select(status => status.State?.Running?.StartedAt)
            .Append(server.Metadata.CreationTimestamp)
            .Max()
        ?? DateTime.MinValue;

    private IEnumerable<ResourceRef> Behind(V1Service service, (string[] Words, int Port)? family) =>
        context
            .Snapshot.In<V1Pod>(service.Metadata.NamespaceProperty)
            .Where(other => Selectors.Matches(service.Spec?.Selector, other.Metadata.Labels) && IsServer(other, family))
            .Select(other => context.Topology.Controller(InspectionContext.Ref(other)));

    /// <summary>The kind of server that a message is of, or null where it may be any.</summary>
    private static (string[] Words, int Port)? FamilyOf(string text)
    {
        bool Has(string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
        foreach (var family in Families)
            if (family.Words.Any(Has))
                return family;
        if (Has("clients already") || Has("slots are reserved") || Has("read-only transaction"))
            return Families[1];
        if (Has("READONLY You") || Has("OOM command") || Has("max number of clients"))
            return Families[2];
        return Has("Too many connections") || Has("read-only option") ? Families[0] : null;
    }

    private static bool IsServer(V1Pod candidate, (string[] Words, int Port)? family)
    {
        (string[] Words, int Port)[] families = family is { } known ? [known] : Families;
        // A pasted table names no containers.
        if (candidate.Spec?.Containers is null or { Count: 0 })
            return families.Any(kind => Array.Exists(kind.Words, word => Names(candidate.Metadata.Name, word)));
        return (candidate.Spec?.Containers ?? []).Any(container =>
            families.Any(kind =>
                container.Ports?.Any(port => port.ContainerPort == kind.Port) == true
                || Array.Exists(kind.Words, word => Names(ImageName(container.Image), word))
            )
        );
    }

    private static bool Names(string name, string word) =>
        name.Contains(word, StringComparison.OrdinalIgnoreCase)
        && !name.Contains("exporter", StringComparison.OrdinalIgnoreCase);

    private static string ImageName(string? image) => image is null ? "" : image.Split('/')[^1].Split(':')[0];
}
