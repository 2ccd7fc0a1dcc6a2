using MetaKube.Chat;
using MetaKube.Cluster;
using MetaKube.Cluster.Writing;
using MetaKube.Investigations;
using MetaKube.Model;
using MetaKube.Redis;

namespace MetaKube.ChatOps.Remediation;

/// <summary>Decides which remedy of an answer can be applied as a change, and stores it.</summary>
internal sealed class ChangeOffers(
    RemediationOptions options,
    ClusterChanges changes,
    IEvidenceSource cluster,
    ChangeStore store
)
{
    /// <summary>True if the answer has a remedy that can be applied as a change.</summary>
    public bool Offers(Investigation investigation) => Find(investigation) is not null;

    /// <summary>Stores the change that the answer offers, if it offers one.</summary>
    public async Task OfferAsync(Symptom symptom, Investigation investigation, CancellationToken cancellationToken)
    {
        if (Find(investigation) is not { Remedy: { Change: { } change } remedy, Target: var target })
            return;
        await store.OfferAsync(
            new()
            {
                Id = investigation.Id,
                Cluster = investigation.Cluster,
                Summary = remedy.Summary,
                Fault = investigation.Diagnosis.Fault,
                Change = change,
                Symptom = symptom,
                Target = target,
                Gaps = [.. investigation.Gaps.Select(gap => gap.What)],
            },
            cancellationToken
        );
    }

    private (Remedy Remedy, ResourceRef Target)? Find(Investigation investigation)
    {
        var diagnosis = investigation.Diagnosis;
        // A dump or pasted text cannot be changed.
        if (
            !options.Enabled
            || cluster is not ClusterEvidence
            || !diagnosis.NamesACause
            || (investigation.Target ?? diagnosis.Resource) is not { } target
            || investigation.Cluster != changes.Cluster
        )
            return null;
        var remedy = diagnosis.Remedies.FirstOrDefault(remedy =>
            remedy.Change is not null && remedy.Risk <= options.MostRisk
        );
        return remedy is null ? null : (remedy, target);
    }
}
