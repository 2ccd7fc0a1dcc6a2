using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using MetaKube.ChatOps.Configuration;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.ChatOps.Memory;
using MetaKube.Cluster;
using Microsoft.Extensions.Configuration;

namespace MetaKube.ChatOps.Cli;

/// <summary>Options that several verbs share.</summary>
internal static partial class CommonOptions
{
    public static readonly Option<string?> Context = new("--context")
    {
        Description = "the kubeconfig's context (default: the current one)",
    };
    public static readonly Option<string?> Kubeconfig = new("--kubeconfig")
    {
        Description = "the kubeconfig file (default: $KUBECONFIG, ~/.kube/config, or the cluster this runs in)",
    };
    public static readonly Option<string?> Data = new("--data")
    {
        Description = "the folder of the embedded memory (default: Data:Directory)",
    };

    /// <summary>
    /// A namespace becomes part of request paths and of folders: only what Kubernetes allows as one gets there.
    /// </summary>
    public static void AcceptOnlyNamespaces(OptionResult result)
    {
        foreach (var token in result.Tokens)
            if (!NamespaceName().IsMatch(token.Value))
                result.AddError($"'{token.Value}' is no name of a namespace.");
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
    private static partial Regex NamespaceName();

    /// <summary>The live cluster that the command line or the configuration names.</summary>
    public static ClusterEvidence Cluster(ParseResult parsed, IConfiguration configuration, TimeProvider time)
    {
        var options = configuration.Section("Cluster", new ClusterOptionsValidator());
        return ClusterEvidence.Of(
            parsed.GetValue(Kubeconfig) ?? options.Kubeconfig,
            parsed.GetValue(Context) ?? options.Context,
            options.Name,
            options.Namespaces,
            time,
            options.Prometheus
        );
    }

    /// <summary>Memory as the command line and the configuration set it up; nothing is opened yet.</summary>
    public static MemoryAccess Memory(
        ParseResult parsed,
        IConfiguration configuration,
        TimeProvider time,
        bool isService = false
    ) =>
        new(
            configuration.Section("Redis", new RedisOptionsValidator()),
            configuration.Section("Memory", new MemoryOptionsValidator()),
            configuration.Section("Embedding", new EmbeddingOptionsValidator()),
            DataDirectory(parsed, configuration),
            time
        )
        {
            IsService = isService,
        };

    /// <summary>The language model as the configuration sets it up; nothing is opened or started yet.</summary>
    public static ModelAccess Model(ParseResult parsed, IConfiguration configuration, TimeProvider time) =>
        new(
            configuration.Section("KubeLlm", new KubeLlmOptionsValidator()),
            DataDirectory(parsed, configuration),
            time
        );

    public static string DataDirectory(ParseResult parsed, IConfiguration configuration) =>
        Path.GetFullPath(parsed.GetValue(Data) ?? configuration.Section("Data", new DataOptionsValidator()).Directory);
}
