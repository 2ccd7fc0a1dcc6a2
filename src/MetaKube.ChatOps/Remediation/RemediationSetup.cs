using MetaKube.Cluster;
using MetaKube.Cluster.Reading;
using MetaKube.Cluster.Writing;
using MetaKube.Model;
using MetaKube.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace MetaKube.ChatOps.Remediation;

/// <summary>Registers the parts that propose and apply changes; without Remediation:Enabled they offer none.</summary>
internal static class RemediationSetup
{
    public static void AddRemediation(
        this IServiceCollection services,
        RemediationOptions options,
        IEvidenceSource cluster
    ) =>
        services
            .AddSingleton(Changes(options, cluster))
            .AddSingleton<ChangeStore>()
            .AddSingleton<ChangeOffers>()
            .AddSingleton<ChangeJournal>()
            .AddSingleton<ChangeFollowUp>()
            .AddSingleton<ChangeWorkflow>();

    /// <summary>The connection of the account that may change the cluster.</summary>
    public static ClusterChanges Changes(RemediationOptions options, IEvidenceSource cluster) =>
        cluster switch
        {
            ClusterEvidence live when options.As.Length > 0 => live.Changes(options.As),
            ClusterEvidence live when options.Kubeconfig.Length > 0 => new(
                () =>
                    ClusterConnection.Open(
                        options.Kubeconfig,
                        options.Context.Length > 0 ? options.Context : null,
                        live.Cluster,
                        []
                    ),
                null
            ),
            _ => new(
                static () => throw new EvidenceUnavailableException("No cluster is configured for changes."),
                null
            ),
        };
}
