using MetaKube.ChatOps.Knowledge;
using MetaKube.Faults;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Health;

/// <summary>Checks the library of known failures, and the team's folders.</summary>
internal sealed class KnowledgeCheck(IOptions<KnowledgeOptions> options) : IPartCheck
{
    public string Part => "knowledge";

    public Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken)
    {
        var knowledge = new TeamKnowledge(options.Value);
        knowledge.Refresh();
        var own = knowledge.IsConfigured
            ? $", {knowledge.Failures} of them the team's own, and {knowledge.Runbooks} runbooks"
            : "";
        IReadOnlyList<CheckResult> results =
        [
            new(Part, CheckStatus.Ok, $"{KnowledgeLibrary.Current.All.Count} known failures{own}."),
            .. knowledge.Mistakes.Select(mistake => new CheckResult(
                Part,
                CheckStatus.Warning,
                $"Left out: {mistake}",
                "Correct the file (metakube knowledge check FILE)."
            )),
        ];
        return Task.FromResult(results);
    }
}
