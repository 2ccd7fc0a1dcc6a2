using System;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using MetaKube.Chat;
using MetaKube.ChatOps.Configuration;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.ChatOps.Remediation;
using MetaKube.ChatOps.Slack;
using MetaKube.ChatOps.Teams;
using MetaKube.Cluster;
using MetaKube.Cluster.Reading;
using MetaKube.Model;
using Microsoft.Extensions.Configuration;
using StackExchange.Redis;

namespace MetaKube.ChatOps.Health;

/// <summary>
/// Looks at every part as it is configured, and says what is wrong with it and how that is mended. It changes nothing.
/// </summary>
/// <param name="configuration">The settings.</param>
/// <param name="data">The folder of the embedded memory.</param>
/// <param name="cluster">The cluster, opened when it is looked at.</param>
/// <param name="time">The clock.</param>
internal sealed class Doctor(
    IConfiguration configuration,
    string data,
    Func<ClusterEvidence> cluster,
    TimeProvider time
)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10),
        LargestSkew = TimeSpan.FromSeconds(30);

    private static readonly Version OldestRedis = new(8, 0);

    /// <summary>What the bot loses without a scope of its app.</summary>
    private static readonly (string Scope, string Lost)[] SlackScopes =
    [
        ("app_mentions:read", "it does not hear that it is mentioned"),
        ("chat:write", "it cannot answer"),
        ("users:read", "it does not learn who it is"),
        ("im:history", "it does not hear private messages"),
        ("channels:history", "it hears no follow-ups, and cannot make sure that it posts nothing twice"),
        ("groups:history", "the same in private channels"),
        ("reactions:read", "reactions teach it nothing"),
        ("reactions:write", "it does not show that it has seen a question"),
        ("files:read", "it cannot read attached files"),
    ];

    /// <summary>One part after the other, as each is looked at.</summary>
    public async IAsyncEnumerable<Checkup> RunAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var checkups = ConfigurationChecks.Run(configuration, out var broken);
        foreach (var found in checkups)
            yield return found;
        (string Section, string Part, Func<CancellationToken, Task<IReadOnlyList<Checkup>>> Look)[] parts =
        [
            ("Cluster", "cluster", ClusterAsync),
            ("Remediation", "remediation", RemediationAsync),
            ("Redis", "memory", MemoryAsync),
            ("KubeLlm", "model", ModelAsync),
            ("Embedding", "embedding", EmbeddingAsync),
            ("Slack", "slack", SlackAsync),
            ("Teams", "teams", TeamsAsync),
        ];
        foreach (var (section, part, look) in parts)
        {
            // What is wrong with its settings was said.
            if (broken.Contains(section))
                continue;
            foreach (var found in await LookAsync(part, look, cancellationToken))
                yield return found;
        }
    }

    private static async Task<IReadOnlyList<Checkup>> LookAsync(
        string part,
        Func<CancellationToken, Task<IReadOnlyList<Checkup>>> look,
        CancellationToken cancellationToken
    )
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await look(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return
            [
                new(
                    part,
                    CheckStatus.Failed,
                    $"No answer within {Patience.TotalSeconds:0} s.",
                    "Look whether a firewall or a proxy is between."
                ),
            ];
        }
    }

    private async Task<IReadOnlyList<Checkup>> ClusterAsync(CancellationToken cancellationToken)
    {
        var found = new List<Checkup>();
        try
        {
            var access = await cluster().AccessAsync(cancellationToken);
            found.Add(new("cluster", CheckStatus.Ok, $"The API server answers: Kubernetes {access.Version}."));
            if (access.Missing.Count > 0)
                found.Add(
                    new(
                        "cluster",
                        CheckStatus.Warning,
                        $"It may not {string.Join(", ", access.Missing)}: what depends on it will be named as a gap.",
                        "Bind the role of deploy/helm/metakube/templates/_helpers.tpl (metakube.rules) to its account."
                    )
                );
            if (access.ReadsSecrets)
                found.Add(
                    new(
                        "cluster",
                        CheckStatus.Warning,
                        "It may read Secrets. It never asks for their values, and needs no right to.",
                        "Give it an account that may not: the chart's has no rule for Secrets."
                    )
                );
            if (access.ClockSkew is { } skew)
                found.Add(
                    skew.Duration() > LargestSkew
                        ? new(
                            "clock",
                            CheckStatus.Warning,
                            $"The API server's clock is {skew.Duration().TotalSeconds:0} s {(skew > TimeSpan.Zero ? "ahead of" : "behind")} this machine's: what happened \"a minute ago\" may be taken for old or for the future, and Slack refuses signatures after five minutes.",
                            "Let both follow the same time servers (chrony, systemd-timesyncd)."
                        )
                        : new("clock", CheckStatus.Ok, "This machine and the API server agree on the time.")
                );
        }
        catch (EvidenceUnavailableException e)
        {
            found.Add(
                new(
                    "cluster",
                    CheckStatus.Failed,
                    e.Message,
                    "Check Cluster:Kubeconfig and Cluster:Context with kubectl --kubeconfig FILE --context NAME get pods."
                )
            );
        }
        if (configuration.Section("Cluster", new ClusterOptionsValidator()).Prometheus is { } prometheus)
            found.Add(
                await AnswersAsync(
                    "cluster",
                    "Prometheus",
                    new Uri(prometheus, "api/v1/query?query=1"),
                    "Cluster:Prometheus",
                    cancellationToken
                )
            );
        return found;
    }

    private async Task<IReadOnlyList<Checkup>> RemediationAsync(CancellationToken cancellationToken)
    {
        var options = configuration.Section("Remediation", new RemediationOptionsValidator());
        if (!options.Enabled)
            return [];
        try
        {
            var missing = await RemediationSetup.Changes(options, cluster()).MissingAsync(cancellationToken);
            return
            [
                missing.Count == 0
                    ? new("remediation", CheckStatus.Ok, "The account of Remediation may change what remedies change.")
                    : new(
                        "remediation",
                        CheckStatus.Warning,
                        $"The account of Remediation may not {string.Join(", ", missing)} everywhere: such changes are refused.",
                        "Bind the role of deploy/helm/metakube/templates/remediation.yaml to it; in single namespaces this is as it should be."
                    ),
            ];
        }
        catch (EvidenceUnavailableException e)
        {
            return
            [
                new(
                    "remediation",
                    CheckStatus.Failed,
                    $"The account of Remediation cannot be used: {e.Message}",
                    "With Remediation:As the bot's own account needs the right to impersonate it (the chart gives it with remediation.enabled)."
                ),
            ];
        }
    }

    private async Task<IReadOnlyList<Checkup>> MemoryAsync(CancellationToken cancellationToken)
    {
        var options = configuration.Section("Redis", new RedisOptionsValidator());
        if (options.Connection.Length == 0)
            return [Embedded()];
        var found = new List<Checkup>();
        ConfigurationOptions parsed;
        try
        {
            parsed = ConfigurationOptions.Parse(options.Connection);
        }
        catch (ArgumentException e)
        {
            return
            [
                new(
                    "memory",
                    CheckStatus.Failed,
                    $"Redis:Connection cannot be read: {e.ParamName}",
                    "Write it as host:6379,password=…,ssl=true (StackExchange.Redis)."
                ),
            ];
        }
        parsed.AbortOnConnectFail = true;
        parsed.ConnectTimeout = (int)Patience.TotalMilliseconds / 2;
        parsed.AllowAdmin = true;
        try
        {
            await using var redis = await ConnectionMultiplexer.ConnectAsync(parsed);
            var info = (await redis.GetServers()[0].InfoAsync())
                .SelectMany(section => section)
                .DistinctBy(pair => pair.Key)
                .ToDictionary(pair => pair.Key, pair => pair.Value);
            var version = Version.TryParse(info.GetValueOrDefault("redis_version"), out var parsedVersion)
                ? parsedVersion
                : null;
            try
            {
                await redis.GetDatabase().VectorSetLengthAsync("metakube:check");
                found.Add(new("memory", CheckStatus.Ok, $"Redis {version} answers, and has vector sets."));
            }
            catch (RedisServerException e)
            {
                found.Add(
                    new(
                        "memory",
                        CheckStatus.Failed,
                        $"Redis {version} has no vector sets ({e.Message}).",
                        "Use Redis 8.0 or newer, or leave Redis:Connection empty for the embedded server."
                    )
                );
            }
            if (version < OldestRedis && found.Count > 0 && found[0].Status == CheckStatus.Ok)
                found.Add(
                    new(
                        "memory",
                        CheckStatus.Warning,
                        $"Redis {version} is older than {OldestRedis}, with which this was tested."
                    )
                );
            if (info.GetValueOrDefault("aof_enabled") != "1")
                found.Add(
                    new(
                        "memory",
                        CheckStatus.Warning,
                        "Redis keeps no append-only file: what was learnt since its last snapshot is lost when it is restarted.",
                        "Start it with --appendonly yes --appendfsync everysec."
                    )
                );
            if (
                info.GetValueOrDefault("maxmemory_policy") is { } policy
                && policy != "noeviction"
                && info.GetValueOrDefault("maxmemory") != "0"
            )
                found.Add(
                    new(
                        "memory",
                        CheckStatus.Warning,
                        $"Redis evicts keys when it is full ({policy}): episodes would vanish.",
                        "Set maxmemory-policy noeviction; the bot forgets by itself (Memory:Capacity)."
                    )
                );
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            // The connection string may hold a password: it is not repeated.
            found.Add(
                new(
                    "memory",
                    CheckStatus.Failed,
                    $"Redis at {string.Join(", ", parsed.EndPoints.Select(end => end.ToString()!.Replace("Unspecified/", "", StringComparison.Ordinal)))} does not answer.",
                    "Check Redis:Connection with redis-cli -h HOST -p PORT ping; with a password, TLS or a user they have to be in it."
                )
            );
        }
        return found;
    }

    private Checkup Embedded()
    {
        try
        {
            var probe = Path.Combine(Directory.CreateDirectory(data).FullName, $".doctor-{Guid.NewGuid():N}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return new(
                "memory",
                CheckStatus.Ok,
                $"The embedded server keeps its files in {data}. For several replicas set Redis:Connection."
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(
                "memory",
                CheckStatus.Failed,
                $"{data} cannot be written to: {e.Message}",
                "Set Data:Directory (or --data) to a folder of this user's."
            );
        }
    }

    private async Task<IReadOnlyList<Checkup>> ModelAsync(CancellationToken cancellationToken)
    {
        var options = configuration.Section("KubeLlm", new KubeLlmOptionsValidator());
        if (!options.IsConfigured)
            return
            [
                new(
                    "model",
                    CheckStatus.Off,
                    "No language model: findings, causal graph and memory decide.",
                    "KubeLlm:Endpoint, or KubeLlm:Server and KubeLlm:Model (docs/kubellm.md)."
                ),
            ];
        if (options.Server.Length > 0)
        {
            if (OnPath(options.Server) is null)
                return
                [
                    new(
                        "model",
                        CheckStatus.Failed,
                        $"There is no program {options.Server}.",
                        "Install llama.cpp, or give the whole path in KubeLlm:Server."
                    ),
                ];
            var catalogue = ModelCatalogue.Load();
            var file = catalogue.Find(options.Model) is null ? options.Model : catalogue.FileOf(options.Model, data);
            return
            [
                File.Exists(file)
                    ? new(
                        "model",
                        CheckStatus.Ok,
                        $"{options.Server} will be started with {file}; metakube model check asks it something."
                    )
                    : new(
                        "model",
                        CheckStatus.Failed,
                        $"There is no file {file}.",
                        catalogue.Find(options.Model) is null
                            ? "KubeLlm:Model is a GGUF file, or a name that metakube model list shows."
                            : $"metakube model pull {options.Model}"
                    ),
            ];
        }
        await using var access = new ModelAccess(options, data, time);
        try
        {
            var model = await access.OpenAsync(cancellationToken);
            return
            [
                new(
                    "model",
                    CheckStatus.Ok,
                    $"{model.Name} is served at {options.Endpoint}, with {model.ContextTokens} tokens of context; metakube model check asks it something."
                ),
            ];
        }
        catch (ModelUnavailableException e)
        {
            return
            [
                new(
                    "model",
                    CheckStatus.Failed,
                    e.Message,
                    "Check KubeLlm:Endpoint, KubeLlm:Model and KubeLlm:ApiKey: curl ENDPOINT/v1/models. Until then answers come without a model."
                ),
            ];
        }
    }

    private async Task<IReadOnlyList<Checkup>> EmbeddingAsync(CancellationToken cancellationToken)
    {
        var options = configuration.Section("Embedding", new EmbeddingOptionsValidator());
        return options.Endpoint is null
            ?
            [
                new(
                    "embedding",
                    CheckStatus.Off,
                    "No model of meaning: memory compares signatures, which needs none.",
                    "Embedding:Endpoint and Embedding:Model."
                ),
            ]
            :
            [
                await AnswersAsync(
                    "embedding",
                    "The server of embeddings",
                    new Uri(ModelHttp.ApiOf(options.Endpoint), "models"),
                    "Embedding:Endpoint",
                    cancellationToken,
                    options.ApiKey
                ),
            ];
    }

    private async Task<IReadOnlyList<Checkup>> SlackAsync(CancellationToken cancellationToken)
    {
        var options = configuration.Section("Slack", new SlackOptionsValidator());
        if (!options.IsConfigured)
            return
            [
                new(
                    "slack",
                    CheckStatus.Off,
                    "Slack is not set up.",
                    "Slack:BotToken and Slack:AppToken (docs/slack.md)."
                ),
            ];
        var found = new List<Checkup>();
        using var http = new HttpClient();
        try
        {
            var (us, scopes) = await SlackCallAsync(http, options, "auth.test", options.BotToken, cancellationToken);
            if (ChatJson.Text(us, "error") is { Length: > 0 } error)
                return
                [
                    new(
                        "slack",
                        CheckStatus.Failed,
                        $"Slack does not accept Slack:BotToken: {error}.",
                        "Copy it anew from the app's page OAuth & Permissions; after a change of scopes the app has to be installed again."
                    ),
                ];
            found.Add(
                new("slack", CheckStatus.Ok, $"We are {ChatJson.Text(us, "user")} in {ChatJson.Text(us, "team")}.")
            );
            if (scopes is not null)
                foreach (var (scope, lost) in SlackScopes.Where(one => !scopes.Contains(one.Scope)))
                    found.Add(
                        new(
                            "slack",
                            scope is "chat:write" or "app_mentions:read" ? CheckStatus.Failed : CheckStatus.Warning,
                            $"The app has no scope {scope}: {lost}.",
                            "Add it under OAuth & Permissions and install the app again; bot-manifests/slack/manifest.yaml has them all."
                        )
                    );
            if (options.UsesSockets)
            {
                var (socket, _) = await SlackCallAsync(
                    http,
                    options,
                    "apps.connections.open",
                    options.AppToken,
                    cancellationToken
                );
                found.Add(
                    ChatJson.Text(socket, "error") is { Length: > 0 } refused
                        ? new(
                            "slack",
                            CheckStatus.Failed,
                            $"Slack opens no socket with Slack:AppToken: {refused}.",
                            "Make an app-level token with connections:write (Basic Information), and switch Socket Mode on."
                        )
                        : new("slack", CheckStatus.Ok, "Slack opens a socket for us.")
                );
            }
            if (options.UsesSockets && options.UsesHttp)
                found.Add(
                    new(
                        "slack",
                        CheckStatus.Warning,
                        "Both Slack:AppToken and Slack:SigningSecret are set; Slack uses one of the two ways.",
                        "Take out the one that the app's page does not use."
                    )
                );
        }
        catch (Exception e) when (e is HttpRequestException or JsonException)
        {
            found.Add(
                new(
                    "slack",
                    CheckStatus.Failed,
                    $"{options.ApiUrl.Host} cannot be reached: {e.Message}",
                    "Slack needs outgoing HTTPS to slack.com and wss-primary.slack.com; a proxy goes into HTTPS_PROXY."
                )
            );
        }
        return found;
    }

    private async Task<IReadOnlyList<Checkup>> TeamsAsync(CancellationToken cancellationToken)
    {
        var options = configuration.Section("Teams", new TeamsOptionsValidator());
        if (!options.IsConfigured)
            return
            [
                new(
                    "teams",
                    CheckStatus.Off,
                    "Teams is not set up.",
                    "Teams:AppId, Teams:TenantId and Teams:ClientSecret (docs/teams.md)."
                ),
            ];
        var found = new List<Checkup>();
        if (options.AllowUnauthenticated)
            found.Add(
                new(
                    "teams",
                    CheckStatus.Warning,
                    "Teams:AllowUnauthenticated lets every program of this machine speak as anybody.",
                    "Take it out; it is for development only."
                )
            );
        if (!options.HasCredentials)
            return found;
        try
        {
            using var tokens = new TeamsTokens(options);
            await tokens.GetAsync(isRefused: false, cancellationToken);
            found.Add(new("teams", CheckStatus.Ok, "Entra gives us tokens."));
        }
        catch (ChatUnavailableException e)
        {
            found.Add(
                new(
                    "teams",
                    CheckStatus.Failed,
                    e.Message,
                    "Check Teams:AppId, Teams:TenantId and the secret (its value, not its id; it may have expired) on the app registration's page."
                )
            );
        }
        found.Add(
            await AnswersAsync(
                "teams",
                "The description of the keys by which Teams' calls are proven",
                options.Metadata,
                "Teams:Metadata",
                cancellationToken
            )
        );
        return found;
    }

    private static async Task<Checkup> AnswersAsync(
        string part,
        string what,
        Uri address,
        string setting,
        CancellationToken cancellationToken,
        string key = ""
    )
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (key.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode
                ? new(part, CheckStatus.Ok, $"{what} answers at {address.Authority}.")
                : new(
                    part,
                    CheckStatus.Failed,
                    $"{what} answers {(int)response.StatusCode} at {address}.",
                    response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                        ? "Check its credentials."
                        : $"Check {setting}."
                );
        }
        catch (HttpRequestException e)
        {
            return new(
                part,
                CheckStatus.Failed,
                $"{what} cannot be reached at {address.Authority}: {e.Message}",
                $"Check {setting}."
            );
        }
    }

    private static async Task<(JsonElement Answer, IReadOnlySet<string>? Scopes)> SlackCallAsync(
        HttpClient http,
        SlackOptions options,
        string method,
        string token,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            $"{options.ApiUrl.AbsoluteUri.TrimEnd('/')}/{method}"
        );
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request, cancellationToken);
        var scopes = response.Headers.TryGetValues("x-oauth-scopes", out var values)
            ? string.Join(',', values).Split(',', StringSplitOptions.TrimEntries).ToHashSet()
            : null;
        return (JsonElement.Parse(await response.Content.ReadAsStringAsync(cancellationToken)), scopes);
    }

    private static string? OnPath(string program) =>
        program.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? File.Exists(program)
                ? program
                : null
            : (Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(Path.PathSeparator)
                .Select(folder => Path.Combine(folder, program))
                .FirstOrDefault(File.Exists);
}
