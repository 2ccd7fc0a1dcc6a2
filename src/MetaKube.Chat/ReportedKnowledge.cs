using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Chat;

/// <summary>A known failure that the answer's findings show.</summary>
/// <param name="Id">The id, as <c>metakube knowledge show</c> takes it.</param>
/// <param name="Title">The failure in a few words.</param>
/// <param name="Origin">The file that describes it.</param>
/// <param name="Quote">The line that shows it.</param>
public sealed record ReportedKnowledge(string Id, string Title, string Origin, string Quote)
{
    public static IReadOnlyList<ReportedKnowledge> Of(IReadOnlyList<Finding> findings) =>
        [
            .. KnowledgeLibrary
                .Current.Of(findings)
                .Select(known => new ReportedKnowledge(
                    known.Id,
                    known.Fault.Title,
                    known.Origin,
                    findings.First(finding => finding.Knowledge == known.Id).Quote
                )),
        ];
}
