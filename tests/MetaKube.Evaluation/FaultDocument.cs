using MetaKube.Faults;

namespace MetaKube.Evaluation;

/// <summary>docs/faults.md, written from the catalogue so that it cannot drift from it.</summary>
internal static class FaultDocument
{
    public static string Write()
    {
        var lines = new List<string>
        {
            "# Faults",
            "",
            "The closed list of root causes. Written by `dotnet run --project tests/MetaKube.Evaluation -- "
                + "faults`; a test compares.",
            "",
        };
        foreach (var category in FaultCatalogue.All.GroupBy(fault => fault.Category))
        {
            lines.AddRange([
                $"## {category.Key}",
                "",
                "| code | cause | first remedy | prevention |",
                "|---|---|---|---|",
            ]);
            lines.AddRange(
                category.Select(fault =>
                    $"| `{fault.Code}` | {fault.Title} | {Cell(fault.Remedies[0].Summary)} | "
                    + $"{Cell(string.Join(" ", fault.Prevention))} |"
                )
            );
            lines.Add("");
        }
        return string.Join('\n', lines);
    }

    private static string Cell(string text) =>
        text.Replace("|", "\\|", StringComparison.Ordinal)
            .Replace("{", "`", StringComparison.Ordinal)
            .Replace("}", "`", StringComparison.Ordinal);
}
