namespace MetaKube.Evaluation;

/// <summary>All scenarios on one cluster: side by side where they can be, those that change the node one after the other.</summary>
internal static class LiveRun
{
    public static async Task RunAsync(ScenarioCluster cluster, IReadOnlyList<Scenario> scenarios, Accuracy accuracy, bool record, bool keep = false)
    {
        await using var registry = await FakeRegistry.StartAsync();
        var together = scenarios.Where(scenario => !scenario.Exclusive).ToList();
        try
        {
            foreach (var scenario in together) await cluster.ApplyAsync(scenario, default);
            await cluster.WaitForAnswersAsync(together, default);
            // A second look at a time of no one's choosing: an answer must not depend on the phase of a restart loop.
            foreach (var scenario in together) await JudgeAsync(scenario);
        }
        finally
        {
            if (!keep) foreach (var scenario in together) await cluster.DeleteAsync(scenario, default);
        }
        foreach (var scenario in scenarios.Where(scenario => scenario.Exclusive))
        {
            try
            {
                await cluster.ApplyAsync(scenario, default);
                await cluster.WaitForAnswersAsync([scenario], default);
                await JudgeAsync(scenario);
            }
            finally
            {
                await cluster.DeleteAsync(scenario, default);
            }
        }

        async Task JudgeAsync(Scenario scenario)
        {
            var investigation = await cluster.AskAsync(scenario, default);
            accuracy.Add(scenario, investigation);
            Console.WriteLine($"{(scenario.Matches(investigation.Diagnosis) ? "ok  " : "MISS")} {scenario.Name,-40} {investigation.Diagnosis.Fault,-36} {investigation.Diagnosis.Confidence:0.00}");
            if (record) await cluster.RecordAsync(scenario, default);
        }
    }
}
