using MetaKube.ChatOps.Configuration;
using MetaKube.Cluster.Reading;
using MetaKube.Model;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Health;

/// <summary>Checks the API server, the account's rights, the clocks, and Prometheus where one is configured.</summary>
internal sealed class ClusterCheck(IOptions<ClusterOptions> options, CheckContext context) : IPartCheck
{
    private static readonly TimeSpan LargestSkew = TimeSpan.FromSeconds(30);

    public string Part => "cluster";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken)
    {
        var found = new List<CheckResult>();
        try
        {
            found.AddRange(Results(await context.Cluster().AccessAsync(cancellationToken)));
        }
        catch (EvidenceUnavailableException e)
        {
            found.Add(
                new(
                    Part,
                    CheckStatus.Failed,
                    e.Message,
                    "Check Cluster:Kubeconfig and Cluster:Context with "
                        + "kubectl --kubeconfig FILE --context NAME get pods."
                )
            );
        }
        if (options.Value.Prometheus is { } prometheus)
            found.Add(
                await AddressCheck.RunAsync(
                    Part,
                    "Prometheus",
                    new Uri(prometheus, "api/v1/query?query=1"),
                    "Cluster:Prometheus",
                    cancellationToken
                )
            );
        return found;
    }

    private IEnumerable<CheckResult> Results(ClusterAccess access)
    {
        yield return new(Part, CheckStatus.Ok, $"The API server answers: Kubernetes {access.Version}.");
        if (access.Missing.Count > 0)
            yield return new(
                Part,
                CheckStatus.Warning,
                $"The account may not {string.Join(", ", access.Missing)}; answers will name this as a gap.",
                "Bind the role of deploy/helm/metakube/templates/_helpers.tpl (metakube.rules) to the account."
            );
        if (access.ReadsSecrets)
            yield return new(
                Part,
                CheckStatus.Warning,
                "The account may read Secrets. The bot never reads their values and does not need the right.",
                "Use an account without that right: the chart's has no rule for Secrets."
            );
        if (access.ClockSkew is { } skew)
            yield return Clock(skew);
    }

    private static CheckResult Clock(TimeSpan skew) =>
        skew.Duration() <= LargestSkew
            ? new("clock", CheckStatus.Ok, "This machine and the API server agree on the time.")
            : new(
                "clock",
                CheckStatus.Warning,
                $"The API server's clock is {skew.Duration().TotalSeconds:0} s "
                    + $"{(skew > TimeSpan.Zero ? "ahead of" : "behind")} this machine's. Recent events may look old "
                    + "or lie in the future, and Slack rejects signatures that are five minutes off.",
                "Let both use the same time servers (chrony, systemd-timesyncd)."
            );
}
