using System.CommandLine;
using MetaKube.Chat;
using MetaKube.ChatOps.Configuration;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.ChatOps.Memory;
using MetaKube.Cluster;
using MetaKube.Cluster.Redaction;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Redis;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace MetaKube.ChatOps.Cli;

/// <summary><c>metakube ask</c>: one question, one answer.</summary>
internal static class AskCommand
{
    private static readonly Argument<string[]> Question = new("question")
    {
        Description = "what is wrong, in plain words: why is checkout crashing",
        Arity = ArgumentArity.OneOrMore,
    };
    private static readonly Option<string?> Namespace = new("--namespace", "-n")
    {
        Description = "look in this namespace only",
    };
    private static readonly Option<string?> Dump = new("--dump")
    {
        Description =
            "read a folder that kubectl cluster-info dump or metakube dump wrote, or any with Kubernetes JSON or YAML, and no cluster",
    };
    private static readonly Option<string[]> Attach = new("--attach")
    {
        Description =
            "read this kubectl output (get, describe, logs, events; - is standard input), and no cluster; may be repeated",
    };
    private static readonly Option<string> Chosen = new("--pathway")
    {
        Description = "auto: memory where it is sure, else work it out; intuitive or analytical: that one",
        DefaultValueFactory = _ => "auto",
    };
    private static readonly Option<bool> NoMemory = new("--no-memory")
    {
        Description = "neither ask memory nor keep the answer there",
    };
    private static readonly Option<bool> NoModel = new("--no-model")
    {
        Description = "leave the language model out, where one is configured",
    };
    private static readonly Option<bool> Follow = new("--follow")
    {
        Description =
            "after the answer, watch until the target is well again (Ctrl+C ends it); memory keeps what was changed as the fix, weaker than a person's word",
    };
    private static readonly Option<bool> Json = new("--json")
    {
        Description = "print one JSON object (models/schemas/investigation.schema.json)",
    };

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5),
        IndexFor = TimeSpan.FromSeconds(5);

    private const int IndexedAtOnce = 64;

    public static Command Build()
    {
        Namespace.Validators.Add(CommonOptions.AcceptOnlyNamespaces);
        Chosen.AcceptOnlyFromAmong("auto", "intuitive", "analytical");
        var command = new Command("ask", "Ask what is wrong with a workload, a namespace or the cluster")
        {
            Question,
            Namespace,
            CommonOptions.Context,
            CommonOptions.Kubeconfig,
            Dump,
            Attach,
            Chosen,
            NoMemory,
            NoModel,
            Follow,
            CommonOptions.Data,
            Json,
        };
        command.Validators.Add(result =>
        {
            var given = new[]
            {
                result.GetValue(Dump) is not null,
                result.GetValue(Attach)?.Length > 0,
                result.GetValue(CommonOptions.Context) is not null
                    || result.GetValue(CommonOptions.Kubeconfig) is not null,
            };
            if (given.Count(one => one) > 1)
                result.AddError("Give one of --dump, --attach, or --context and --kubeconfig.");
            if (result.GetValue(Follow) && (given[0] || given[1]))
                result.AddError("--follow needs a live cluster.");
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var sections = CommonOptions.LoadSections();
        var time = TimeProvider.System;
        var source = Source(parsed, sections, time);
        // A person may paste a token with the question; memory and answer must not keep it.
        var question = new Redactor().Quote(string.Join(' ', parsed.GetValue(Question)!), 1000);
        if (question.Length == 0)
            return MetaKubeCommand.Fail("The question is empty.", ExitStatus.WrongUsage);
        Pathway? chosen = parsed.GetValue(Chosen) switch
        {
            "intuitive" => Pathway.Intuitive,
            "analytical" => Pathway.Analytical,
            _ => null,
        };

        await using var access = CommonOptions.Memory(parsed, sections, time);
        var remembers = !parsed.GetValue(NoMemory);
        Gap? forgetful = null;
        var controller = new MetaCognitiveController(
            sections.GetRequiredService<MemoryOptions>().ExplorationRate,
            Random.Shared.NextDouble
        );
        await using var model = CommonOptions.Model(parsed, sections, time);
        var investigator = new Investigator(
            OpenMemoryAsync,
            controller,
            new(parsed.GetValue(NoModel) ? null : model.Model),
            time
        );
        var symptom = new Symptom(question, parsed.GetValue(Namespace));
        var json = parsed.GetValue(Json);
        var investigation = await Progress.ShowStepsAsync(
            !json,
            steps => investigator.InvestigateAsync(source, symptom, chosen, steps, cancellationToken)
        );
        if (forgetful is not null)
            investigation = investigation with { Gaps = [.. investigation.Gaps, forgetful] };

        if (json)
            Console.Out.WriteLine(InvestigationJson.Of(investigation));
        else
            AnswerText.Print(AnsiConsole.Console, AnswerView.Of(investigation), remembers);
        if (remembers)
        {
            var memory = await access.OpenAsync(cancellationToken);
            await memory.RememberAsync(investigation.ToAnsweredCase(), cancellationToken);
            await IndexAsync(memory, cancellationToken);
        }
        if (parsed.GetValue(Follow) && source is ClusterEvidence live)
            await FollowAsync(live, symptom, investigation, remembers ? access : null, json, time, cancellationToken);
        return (int)ExitStatus.Answered;

        async Task<EpisodicMemory> OpenMemoryAsync(CancellationToken token)
        {
            try
            {
                if (remembers)
                    return await access.OpenAsync(token);
            }
            catch (StoreUnavailableException e)
            {
                // Whoever is on call needs the answer more than the memory of it.
                forgetful = new("memory", $"{e.Message} This answer is not kept.");
                remembers = false;
            }
            return new(MemoryStorage.InProcess(), new(), time);
        }
    }

    /// <summary>
    /// The answer is out: a little time for what an embedding has not seen yet. What fails or is left, the next
    /// question does.
    /// </summary>
    private static async Task IndexAsync(EpisodicMemory memory, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(IndexFor);
        try
        {
            await memory.IndexEmbeddingsAsync(IndexedAtOnce, SilentProgress.Instance, patience.Token);
        }
#pragma warning disable CA1031 // The boundary of the embedding: whoever asked has the answer.
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            // The signature finds the episode in any case.
        }
    }

    private static async Task FollowAsync(
        ClusterEvidence live,
        Symptom symptom,
        Investigation investigation,
        MemoryAccess? access,
        bool json,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        // Standard output is the answer's alone where a program reads it.
        var output = json ? Console.Error : Console.Out;
        if (
            (investigation.Target ?? investigation.Diagnosis.Resource) is null
            || investigation.Diagnosis.Fault == Diagnosis.None
        )
        {
            output.WriteLine("There is nothing to follow.");
            return;
        }
        output.WriteLine("Following until it is well again; Ctrl+C ends it.");
        var watch = new RecoveryWatch(live, live.SettingsAsync, time);
        try
        {
            var recovery = await Progress.ShowAsync(
                !json,
                progress => watch.FollowAsync(symptom, investigation, LookAgain, progress, cancellationToken)
            );
            output.WriteLine(
                $"Well again{(recovery.Changes.Count == 0 ? "; nothing around it was seen to change" : $", after {string.Join("; ", recovery.Changes)}")}."
            );
            if (access is not null)
                await (await access.OpenAsync(cancellationToken)).ObserveAsync(
                    investigation.Id,
                    recovery,
                    cancellationToken
                );
        }
        catch (OperationCanceledException)
        {
            output.WriteLine("Not followed any longer.");
        }
    }

    private static IEvidenceSource Source(ParseResult parsed, IServiceProvider sections, TimeProvider time)
    {
        if (parsed.GetValue(Dump) is { } dump)
            return new DumpEvidence(dump);
        if (parsed.GetValue(Attach) is { Length: > 0 } files)
            return PastedEvidence.FromFiles(files, Console.In, time);
        return CommonOptions.Cluster(parsed, sections, time);
    }
}
