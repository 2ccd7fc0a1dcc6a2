using System;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.Cluster;
using MetaKube.Evaluation;
using MetaKube.Evaluation.Alerts;
using MetaKube.Evaluation.Chaos;
using MetaKube.Evaluation.Conversations;
using MetaKube.Evaluation.Field;
using MetaKube.Evaluation.Fuzz;
using MetaKube.Evaluation.Knowledge;
using MetaKube.Evaluation.KubeFault;
using MetaKube.Evaluation.Redaction;
using MetaKube.Evaluation.Slack;
using MetaKube.Evaluation.Teams;
using MetaKube.Fakes;
using MetaKube.Fakes.Clusters;
using MetaKube.Fakes.KubeLlm;
using MetaKube.Fakes.Slack;
using MetaKube.Investigations;
using MetaKube.Model;

// evaluate                          accuracy over the recorded scenarios
// evaluate live KUBECONFIG [NAME]   makes the scenarios on a real cluster and asks there
// evaluate record KUBECONFIG [NAME] the same, and records their dumps
// evaluate memory COUNT [garnet|redis] times memory with so many episodes, embedded and on METAKUBE_TEST_REDIS
// evaluate accuracy ENDPOINT        the same with the model that is served there
// evaluate model                    times our side of a model: METAKUBE_TEST_LLAMA with METAKUBE_TEST_MODEL
// evaluate scale                    asks about each recorded failure within a simulated cluster of 10,000 pods, then
// about the whole of it
// evaluate kubefault               answers the suite of 1,873 cases without a memory, and names the misses
// evaluate report [FOLDER]          runs the whole benchmark of memory and writes docs/evaluation
// evaluate intake [PER-SECOND]      times how events of Slack and activities of Teams are taken in
// evaluate chat-storm EVENTS [slack|teams] questions in Slack and Teams delivered twice, late and in any order: is each
// answered once?
// evaluate chat-outage MINUTES      Slack takes no call for so long: is everything there afterwards, once and in order?
// evaluate storm ALERTS SECONDS [REDIS [kill|roll|away SECONDS]] alerts over webhooks, with Slack's limits: is none
// lost, and each incident one thread? kill: of two replicas one is killed; roll: both are restarted in turn
// evaluate chaos REDIS [SECONDS]    Redis, llama-server, API server, Slack and Teams each stopped, slow or answering
// rubbish under load (METAKUBE_TEST_LLAMA, METAKUBE_TEST_MODEL)
// evaluate playground PACKAGES [SCENARIO] the bot in Microsoft's Agents Playground, to be tried in a browser; PACKAGES:
// a folder with the packages of tests/teams
// evaluate field DIR                asks about folders of other people's failures and scores the answers; options:
// --question original|neutral, --order given|reversed (of kubectl.txt), --json FILE (a line for each case)
// evaluate fuzz [--minutes N] [--seed S] [--keep DIR] [DIR …] changes real pastes at random, and reports exceptions,
// hangs and slow answers
// evaluate conversations DIR [--clusters DIR] [--platform slack|teams] [--only NAME] [--show] plays scripted
// conversations in the fake Slack or Teams, and judges each turn
// evaluate faults                   prints docs/faults.md
// evaluate knowledge                prints models/knowledge.jsonl from the files of models/knowledge
// evaluate knowledge words [DIR …]  how often the known failure that is nearest by words is right
// evaluate knowledge time           times the library of known failures: start, memory, 100,000 lines of a log
var only = args.Length > 2 ? args[2] : "";
IReadOnlyList<Scenario> Scenarios() =>
    [.. Scenario.LoadAll().Where(scenario => scenario.Name.Contains(only, StringComparison.Ordinal))];
var accuracy = new Accuracy();
switch (args)
{
    case []:
        foreach (var scenario in Scenarios().Where(scenario => Directory.Exists(scenario.Dump)))
            accuracy.Add(
                scenario,
                await MemorylessInvestigation.RunAsync(
                    new DumpEvidence(scenario.Dump),
                    scenario.Question,
                    null,
                    default
                )
            );
        break;
    case ["live" or "record" or "record-paste", var kubeconfig, ..]:
        var cluster = new ScenarioCluster(kubeconfig);
        await LiveRun.RunAsync(
            cluster,
            Scenarios(),
            async (scenario, investigation) =>
            {
                accuracy.Add(scenario, investigation);
                Console.WriteLine(
                    $"{(scenario.Matches(investigation.Diagnosis) ? "ok  " : "MISS")} {scenario.Name,-40} "
                        + $"{investigation.Diagnosis.Fault,-36} {investigation.Diagnosis.Confidence:0.00} "
                        + $"collected in {investigation.Timings.CollectMs:0} ms"
                );
                if (args[0] == "record-paste")
                    await cluster.RecordPasteAsync(scenario, default);
                if (args[0] == "record")
                    await cluster.RecordAsync(scenario, default);
            },
            () => Task.FromResult(true)
        );
        break;
    case ["conversations", var scripts, ..]:
        string? Option(string name) => args.SkipWhile(one => one != name).Skip(1).FirstOrDefault();
        var turns = await TalkReport.RunAsync(
            scripts,
            Option("--clusters"),
            Option("--platform") ?? "slack",
            Option("--only") ?? "",
            args.Contains("--show"),
            Console.Out
        );
        return turns.All(turn => turn.IsRight) ? 0 : 1;
    case ["memory", var count, ..]:
        await MemoryBenchmark.RunAsync(
            int.Parse(count, System.Globalization.CultureInfo.InvariantCulture),
            args.Length > 2 ? args[2] : null,
            Console.Out
        );
        return 0;
    case ["intake", ..]:
        var rate = args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 200;
        foreach (var allQuestions in (bool[])[false, true])
        {
            await SlackBenchmark.IntakeAsync(rate, 30, allQuestions, Console.Out);
            await TeamsBenchmark.IntakeAsync(rate, 30, allQuestions, Console.Out);
        }
        return 0;
    case ["chat-storm", var events, ..]:
        var isOnce = true;
        foreach (var transport in only == "teams" ? [] : Enum.GetValues<SlackTransport>())
            isOnce &= await SlackBenchmark.StormAsync(
                int.Parse(events, System.Globalization.CultureInfo.InvariantCulture),
                transport,
                Console.Out
            );
        if (only != "slack")
            isOnce &= await TeamsBenchmark.StormAsync(
                int.Parse(events, System.Globalization.CultureInfo.InvariantCulture),
                Console.Out
            );
        return isOnce ? 0 : 1;
    case ["chat-outage", var minutes]:
        var isThere = true;
        foreach (var transport in Enum.GetValues<SlackTransport>())
            isThere &= await SlackBenchmark.OutageAsync(
                TimeSpan.FromMinutes(double.Parse(minutes, System.Globalization.CultureInfo.InvariantCulture)),
                transport,
                Console.Out
            );
        return isThere ? 0 : 1;
    case ["storm", var alerts, var within, ..]:
        var isCalm = await StormBenchmark.RunAsync(
            new(
                int.Parse(alerts, System.Globalization.CultureInfo.InvariantCulture),
                int.Parse(within, System.Globalization.CultureInfo.InvariantCulture),
                args.Length > 3 ? args[3] : null,
                Replicas: args is [.., "kill" or "roll"] ? 2 : 1,
                Kills: args is [.., "kill"],
                Rolls: args is [.., "roll"],
                AwaySeconds: args is [.., "away", var away]
                    ? int.Parse(away, System.Globalization.CultureInfo.InvariantCulture)
                    : 0
            ),
            Console.Out
        );
        return isCalm ? 0 : 1;
    case ["chaos", var redis, ..]:
        var seconds = args.Length > 2 ? int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture) : 10;
        return await ChaosBenchmark.RunAsync(redis, seconds, Console.Out) ? 0 : 1;
    case ["playground", var packages, ..]:
        await TeamsBenchmark.ShowAsync(packages, args.Length > 2 ? args[2] : "config-missing-secret", Console.Out);
        return 0;
    case ["accuracy", var endpoint]:
        // Measures the effect of a model. With random weights, only near ties may get worse.
        await using (
            var access = new ModelAccess(new() { Endpoint = new(endpoint) }, Path.GetTempPath(), TimeProvider.System)
        )
        {
            var verdicts = new List<ModelVerdict?>();
            foreach (var scenario in Scenarios().Where(scenario => Directory.Exists(scenario.Dump)))
            {
                var asked = await MemorylessInvestigation.RunAsync(
                    new DumpEvidence(scenario.Dump),
                    scenario.Question,
                    null,
                    default,
                    access.Model
                );
                accuracy.Add(scenario, asked);
                verdicts.Add(asked.Model?.Verdict);
                if (asked.Model is { Verdict: ModelVerdict.Preferred or ModelVerdict.Failed } part)
                    Console.WriteLine($"{scenario.Name}: {part.Description}");
            }
            foreach (var verdict in verdicts.GroupBy(verdict => verdict))
                Console.WriteLine($"{verdict.Key?.ToString() ?? "not asked",-12} {verdict.Count()}");
        }
        break;
    case ["model"]:
        if (NanoServer.Program is null || NanoServer.Model is null)
        {
            Console.Error.WriteLine(
                "Set METAKUBE_TEST_LLAMA to llama-server and METAKUBE_TEST_MODEL to what "
                    + "models/kubellm/make-nano.py wrote."
            );
            return 2;
        }
        await ModelBenchmark.RunAsync(Console.Out);
        return 0;
    case ["vote", var where, var name, var episode, var prefix, var votes]:
        await VotingProcess.RunAsync(
            where,
            name,
            episode,
            prefix,
            int.Parse(votes, System.Globalization.CultureInfo.InvariantCulture),
            Console.Out
        );
        return 0;
    case ["withheld", ..]:
        var outcomes = new List<(Scenario Scenario, string Outcome, Diagnosis Second)>();
        foreach (var scenario in Scenarios().Where(scenario => Directory.Exists(scenario.Dump)))
            if (await Withheld.AskAsync(scenario, default) is var (first, second))
            {
                var judged = second.NamesACause ? "wrong" : second.Fault;
                outcomes.Add((scenario, second.Fault == first.Fault ? "right" : judged, second));
            }
        foreach (var group in outcomes.GroupBy(outcome => outcome.Outcome))
            Console.WriteLine(
                $"{group.Key,-8} {group.Count(),3} of {outcomes.Count} ("
                    + $"{100.0 * group.Count() / outcomes.Count:0.0} %)"
            );
        foreach (var (scenario, outcome, second) in outcomes.Where(outcome => outcome.Outcome is "wrong" or "none"))
            Console.WriteLine(
                $"{outcome.ToUpperInvariant()} {scenario.Name}: {second.Fault} at {second.Resource} ("
                    + $"{second.Confidence}): {second.RootCause}"
            );
        return outcomes.Count(outcome => outcome.Outcome == "wrong") < 0.05 * outcomes.Count ? 0 : 1;
    case ["healthy", ..]:
        await using (var quiet = await SimulatedCluster.StartAsync())
        {
            HealthyCases.Fill(quiet);
            var source = quiet.Source(new Microsoft.Extensions.Time.Testing.FakeTimeProvider(HealthyCases.Clock));
            var accused = 0;
            foreach (var name in HealthyCases.Names)
                foreach (var question in (string[])[$"is {HealthyCases.Workload} ok", "what is wrong here"])
                {
                    var ns = HealthyCases.NamespaceOf(name);
                    var answer = (await MemorylessInvestigation.RunAsync(source, question, ns, default)).Diagnosis;
                    if (answer.Fault == Diagnosis.None)
                        continue;
                    accused++;
                    Console.WriteLine(
                        $"ACCUSED {name} ({question}): {answer.Fault} at {answer.Resource}: {answer.RootCause}"
                    );
                }
            Console.WriteLine($"healthy: {HealthyCases.Names.Count} cases, 2 questions each, accused {accused} times");
            return accused == 0 ? 0 : 1;
        }
    case ["paste", ..]:
        foreach (
            var scenario in Scenarios()
                .Where(scenario => File.Exists(scenario.Paste) && new FileInfo(scenario.Paste).Length > 0)
        )
            accuracy.Add(
                scenario,
                await MemorylessInvestigation.RunAsync(
                    new PastedEvidence([new("paste.txt", File.ReadAllText(scenario.Paste))], TimeProvider.System),
                    scenario.Question,
                    scenario.Namespace,
                    default
                )
            );
        break;
    case ["redaction"]:
        // Five megabytes of logs of the scenarios and of output of kubectl.
        var given = string.Concat(
            Scenarios()
                .Where(scenario => File.Exists(scenario.Paste))
                .Select(scenario => File.ReadAllText(scenario.Paste))
        );
        RedactionRun.Time(string.Concat(Enumerable.Repeat(given, 5 * 1024 * 1024 / given.Length + 1)), Console.Out);
        return 0;
    case ["redaction", ..]:
        return RedactionRun.Run(args[1..], Console.Out) ? 0 : 1;
    case ["serve-large"]:
        await ScaleBenchmark.ServeAsync(Scenarios());
        return 0;
    case ["scale", ..]:
        return await ScaleBenchmark.RunAsync(Scenarios(), Console.Out) ? 0 : 1;
    case ["kubefault"]:
        return await KubeFaultRun.RawAsync(Console.Out) ? 0 : 1;
    case ["report", ..]:
        var folder =
            args.Length > 1 ? args[1] : Path.Combine(Scenario.DefaultFolder(), "..", "..", "docs", "evaluation");
        return await KubeFaultRun.ReportAsync(folder, Console.Out) ? 0 : 1;
    case ["field", ..]:
        return await FieldRun.RunAsync(args[1..], Console.Out);
    case ["fuzz", ..]:
        return await FuzzRun.RunAsync(args[1..], Scenario.LoadAll().Select(scenario => scenario.Paste), Console.Out);
    case ["knowledge", "time"]:
        KnowledgeBenchmark.Run(Console.Out);
        return 0;
    case ["knowledge", "words", ..]:
        await WordCheck.RunAsync(args[2..], Console.Out);
        return 0;
    case ["knowledge"]:
        Console.Write(KnowledgeFiles.ToJson());
        return 0;
    case ["faults"]:
        Console.Write(FaultDocument.Write());
        return 0;
    default:
        Console.Error.WriteLine(
            "usage: evaluate | evaluate live KUBECONFIG [NAME] | evaluate record KUBECONFIG [NAME] | "
                + "evaluate memory COUNT | evaluate scale | evaluate kubefault | evaluate report [FOLDER] | "
                + $"{FieldOptions.Usage} | {FuzzOptions.Usage} | {RedactionRun.Usage} | "
                + "evaluate faults | evaluate knowledge [time|words [DIR …]]"
        );
        return 2;
}
accuracy.Print(Console.Out);
return accuracy.AllRight ? 0 : 1;
