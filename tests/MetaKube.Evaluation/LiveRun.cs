using MetaKube.Fakes;
using MetaKube.Fakes.Clusters;
using MetaKube.Investigations;

namespace MetaKube.Evaluation;

/// <summary>
/// Runs all scenarios on one cluster: in parallel, except for those that change the node.
/// </summary>
internal static class LiveRun
{
    /// <param name="cluster">The cluster.</param>
    /// <param name="scenarios">The scenarios to run.</param>
    /// <param name="answered">Receives each answer while its scenario still exists.</param>
    /// <param name="whileTogether">Runs while all parallel scenarios exist; its result is returned.</param>
    public static async Task<T> RunAsync<T>(
        ScenarioCluster cluster,
        IReadOnlyList<Scenario> scenarios,
        Func<Scenario, Investigation, Task> answered,
        Func<Task<T>> whileTogether
    )
    {
        // Composed scenarios cannot be created on a cluster of one node.
        scenarios = [.. scenarios.Where(scenario => !scenario.IsComposed)];
        await using var registry = await FakeRegistry.StartAsync();
        var together = scenarios.Where(scenario => !scenario.Exclusive).ToList();
        T result;
        try
        {
            await cluster.ApplyAsync(together, default);
            await cluster.WaitForAnswersAsync(together, default);
            // The second question comes at an arbitrary time: an answer must not depend on the phase of a restart loop.
            foreach (var scenario in together)
                await answered(scenario, await cluster.AskAsync(scenario, default));
            result = await whileTogether();
        }
        finally
        {
            await cluster.DeleteAsync(together, default);
        }
        foreach (var scenario in scenarios.Where(scenario => scenario.Exclusive))
        {
            try
            {
                await cluster.ApplyAsync([scenario], default);
                await cluster.WaitForAnswersAsync([scenario], default);
                await answered(scenario, await cluster.AskAsync(scenario, default));
            }
            finally
            {
                await cluster.DeleteAsync([scenario], default);
            }
        }
        return result;
    }
}
