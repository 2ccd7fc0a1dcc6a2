using MetaKube.Cluster;
using MetaKube.Evaluation;

// evaluate                          accuracy over the recorded scenarios
// evaluate live KUBECONFIG [NAME]   makes the scenarios on a real cluster and asks there
// evaluate record KUBECONFIG [NAME] the same, and records their dumps
var only = args.Length > 2 && args[2] != "--keep" ? args[2] : "";
var scenarios = Scenario.LoadAll().Where(scenario => scenario.Name.Contains(only, StringComparison.Ordinal)).ToList();
var accuracy = new Accuracy();
switch (args)
{
    case []:
        foreach (var scenario in scenarios.Where(scenario => Directory.Exists(scenario.Dump)))
            accuracy.Add(scenario, await Asking.AskAsync(new DumpEvidence(scenario.Dump), scenario.Question, null, default));
        break;
    case ["live" or "record", var kubeconfig, ..]:
        await LiveRun.RunAsync(new ScenarioCluster(kubeconfig), scenarios, accuracy, record: args[0] == "record", keep: args.Contains("--keep"));
        break;
    default:
        Console.Error.WriteLine("usage: evaluate | evaluate live KUBECONFIG [NAME] | evaluate record KUBECONFIG [NAME]");
        return 2;
}
accuracy.Print(Console.Out);
return accuracy.AllRight ? 0 : 1;
