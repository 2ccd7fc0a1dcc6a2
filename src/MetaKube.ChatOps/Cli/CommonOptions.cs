using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using MetaKube.ChatOps.Configuration;
using MetaKube.ChatOps.Knowledge;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.ChatOps.Memory;
using MetaKube.Cluster;
using Microsoft.Extensions.DependencyInjection;

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
                result.AddError($"'{token.Value}' is not a valid name of a namespace.");
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
    private static partial Regex NamespaceName();

    /// <summary>The sections of the configuration that several verbs read.</summary>
    public static IServiceCollection AddCommonSections(this IServiceCollection services) =>
        services
            .AddSection<RedisOptions, RedisOptionsValidator>("Redis")
            .AddSection<MemoryOptions, MemoryOptionsValidator>("Memory")
            .AddSection<EmbeddingOptions, EmbeddingOptionsValidator>("Embedding")
            .AddSection<DataOptions, DataOptionsValidator>("Data")
            .AddSection<ClusterOptions, ClusterOptionsValidator>("Cluster")
            .AddSection<KubeLlmOptions, KubeLlmOptionsValidator>("KubeLlm")
            .AddSection<KnowledgeOptions, KnowledgeOptionsValidator>("Knowledge")
            .AddSingleton<TeamKnowledge>();

    /// <summary>
    /// The sections that several verbs read, each bound and validated when it is first read. A host would take longer
    /// to build than many questions take to answer.
    /// </summary>
    public static ServiceProvider LoadSections() =>
        new ServiceCollection().AddSingleton(MetaKubeConfiguration.Load()).AddCommonSections().BuildServiceProvider();

    /// <summary>Puts the team's own known failures in use, and names the files that are left out.</summary>
    public static void LoadKnowledge(IServiceProvider sections)
    {
        var knowledge = sections.GetRequiredService<TeamKnowledge>();
        if (!knowledge.IsConfigured)
            return;
        knowledge.Refresh();
        foreach (var mistake in knowledge.Mistakes)
            Console.Error.WriteLine($"metakube: left out: {mistake}");
    }

    /// <summary>The live cluster that the command line or the configuration names.</summary>
    public static ClusterEvidence Cluster(ParseResult parsed, IServiceProvider sections, TimeProvider time)
    {
        var options = sections.GetRequiredService<ClusterOptions>();
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
        IServiceProvider sections,
        TimeProvider time,
        bool isService = false
    ) =>
        new(
            sections.GetRequiredService<RedisOptions>(),
            sections.GetRequiredService<MemoryOptions>(),
            sections.GetRequiredService<EmbeddingOptions>(),
            DataDirectory(parsed, sections),
            time
        )
        {
            IsService = isService,
        };

    /// <summary>The language model as the configuration sets it up; nothing is opened or started yet.</summary>
    public static ModelAccess Model(ParseResult parsed, IServiceProvider sections, TimeProvider time) =>
        new(sections.GetRequiredService<KubeLlmOptions>(), DataDirectory(parsed, sections), time);

    public static string DataDirectory(ParseResult parsed, IServiceProvider sections) =>
        Path.GetFullPath(parsed.GetValue(Data) ?? sections.GetRequiredService<DataOptions>().Directory);
}
