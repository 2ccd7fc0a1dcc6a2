using System;
using MetaKube.Fakes;
using MetaKube.Investigations;
using MetaKube.Model;

namespace MetaKube.Evaluation;

/// <summary>Answers against known causes, by category, with the misses.</summary>
internal sealed class Accuracy
{
    private readonly List<(Scenario Scenario, Diagnosis Diagnosis, double Ms)> results = [];

    public bool AllRight => results.All(result => result.Scenario.Matches(result.Diagnosis));

    public void Add(Scenario scenario, Investigation investigation) =>
        results.Add((scenario, investigation.Diagnosis, investigation.Timings.TotalMs));

    public void Print(TextWriter output)
    {
        output.WriteLine($"{"category",-14}{"right",8}{"of",6}{"",4}{"hard right",12}{"of",6}");
        foreach (
            var group in results
                .GroupBy(result => result.Scenario.Category)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
        )
            Row(output, group.Key, [.. group]);
        Row(output, "all", results);
        var confident = results.Where(result => result.Diagnosis.NamesACause).ToList();
        var codes = results.Select(result => result.Scenario.Fault).Where(fault => fault != Diagnosis.None).Distinct();
        output.WriteLine(
            $"codes covered: {codes.Count()}; "
                + $"mean confidence {confident.Average(result => result.Diagnosis.Confidence):0.00}; "
                + $"median answer {results.Select(result => result.Ms).Order().ElementAt(results.Count / 2):0} ms"
        );
        foreach (var (scenario, diagnosis, _) in results.Where(result => !result.Scenario.Matches(result.Diagnosis)))
            output.WriteLine(
                $"MISS {scenario.Name}: wanted {scenario.Fault} at {scenario.Resource}; got {diagnosis.Fault} "
                    + $"at {diagnosis.Resource}: {diagnosis.RootCause}"
            );
    }

    private static void Row(
        TextWriter output,
        string name,
        List<(Scenario Scenario, Diagnosis Diagnosis, double Ms)> rows
    )
    {
        var hard = rows.Where(row => row.Scenario.Hard).ToList();
        output.WriteLine(
            $"{name,-14}{rows.Count(row => row.Scenario.Matches(row.Diagnosis)),8}{rows.Count,6}{"",4}"
                + $"{hard.Count(row => row.Scenario.Matches(row.Diagnosis)),12}{hard.Count,6}"
        );
    }
}
