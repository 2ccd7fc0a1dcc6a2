using MetaKube.ChatOps.Remediation;
using MetaKube.Model;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Health;

/// <summary>Checks the rights of the account that changes the cluster, where remediation is enabled.</summary>
internal sealed class RemediationCheck(IOptions<RemediationOptions> options, CheckContext context) : IPartCheck
{
    public string Part => "remediation";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.Enabled)
            return [];
        try
        {
            var changes = RemediationSetup.Changes(options.Value, context.Cluster());
            var missing = await changes.MissingAsync(cancellationToken);
            return [missing.Count == 0 ? Complete() : Incomplete(missing)];
        }
        catch (EvidenceUnavailableException e)
        {
            return
            [
                new(
                    Part,
                    CheckStatus.Failed,
                    $"The account of Remediation cannot be used: {e.Message}",
                    "With Remediation:As the bot's own account needs the right to impersonate it "
                        + "(the chart grants it with remediation.enabled)."
                ),
            ];
        }
    }

    private CheckResult Complete() =>
        new(Part, CheckStatus.Ok, "The account of Remediation may make every change that remedies propose.");

    private CheckResult Incomplete(IReadOnlyList<string> missing) =>
        new(
            Part,
            CheckStatus.Warning,
            $"The account of Remediation may not {string.Join(", ", missing)} in the whole cluster; "
                + "such changes are refused.",
            "Bind the role of deploy/helm/metakube/templates/remediation.yaml to it. "
                + "Where only some namespaces may be changed, this is as intended."
        );
}
