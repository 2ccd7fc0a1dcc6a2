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

/// <summary><c>metakube ask</c>: investigates one question and prints the answer.</summary>
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
            "read no cluster, but a folder that kubectl cluster-info dump or metakube dump wrote, "
            + "or any folder with Kubernetes JSON or YAML",
    };
    private static readonly Option<string[]> Attach = new("--attach")
    {
        Description =
            "read no cluster, but this kubectl output (get, describe, logs, events; - is standard input); "
            + "may be repeated",
    };
    private static readonly Option<string> Chosen = new("--pathway")
    {
        Description = "auto: memory where it is confident, else analysis; intuitive or analytical: only that",
        DefaultValueFactory = _ => "auto",
    };
    private static readonly Option<bool> NoMemory = new("--no-memory")
    {
        Description = "neither read memory nor store the answer in it",
    };
    private static readonly Option<bool> NoModel = new("--no-model")
    {
        Description = "do not use the configured language model",
    };
    private static readonly Option<bool> Follow = new("--follow")
    {
        Description =
            "after the answer, watch until the target has recovered (Ctrl+C ends it); memory stores the observed "
            + "changes as the fix, with less weight than a person's feedback",
    };
    private static readonly Option<bool> Json = new("--json")
    {
        Description = "print one JSON object (models/schemas/investigation.schema.json)",
    };

    private const int LongestQuestion = 1000;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);

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
        CommonOptions.LoadKnowledge(sections);
        var source = Source(parsed, sections, time);
        // The question is redacted: a person may paste a token with it, which the answer and memory must not contain.
        var question = new Redactor().Quote(string.Join(' ', parsed.GetValue(Question)!), LongestQuestion);
        if (Objection(question, parsed) is { } objection)
            return MetaKubeCommand.Fail(objection, ExitStatus.WrongUsage);
        var symptom = new Symptom(question, parsed.GetValue(Namespace));
        await using var access = CommonOptions.Memory(parsed, sections, time);
        var memory = new AskMemory(access, !parsed.GetValue(NoMemory), time);
        await using var model = CommonOptions.Model(parsed, sections, time);
        var investigator = new Investigator(
            memory.OpenAsync,
            new(sections.GetRequiredService<MemoryOptions>().ExplorationRate, Random.Shared.NextDouble),
            new(parsed.GetValue(NoModel) ? null : model.Model),
            time
        );
        var json = parsed.GetValue(Json);
        var investigation = await Progress.ShowStepsAsync(
            !json,
            steps => investigator.InvestigateAsync(source, symptom, PathwayOf(parsed), steps, cancellationToken)
        );
        if (memory.Gap is { } gap)
            investigation = investigation with { Gaps = [.. investigation.Gaps, gap] };
        if (json)
            Console.Out.WriteLine(InvestigationJson.Of(investigation));
        else
            await PrintAsync(investigation, memory, cancellationToken);
        await memory.RememberAsync(investigation, cancellationToken);
        if (parsed.GetValue(Follow) && source is ClusterEvidence live)
        {
            var watch = new RecoveryWatch(live, live.SettingsAsync, time);
            await FollowAsync(watch, symptom, investigation, memory, json, cancellationToken);
        }
        return (int)ExitStatus.Answered;
    }

    private static async Task PrintAsync(
        Investigation investigation,
        AskMemory memory,
        CancellationToken cancellationToken
    )
    {
        var notes = await memory.NotesOfAsync(investigation, cancellationToken);
        AnswerText.Print(
            AnsiConsole.Console,
            AnswerView.Of(investigation).WithNotes(notes),
            memory.IsOn && investigation.IsKept
        );
    }

    /// <summary>The reason why the words are no question that can be investigated, or null.</summary>
    private static string? Objection(string question, ParseResult parsed)
    {
        if (question.Length == 0)
            return "The question is empty.";
        var hasPastes = parsed.GetValue(Attach) is { Length: > 0 };
        return hasPastes || IntentReader.IsQuestion(question)
            ? null
            : "The question names no problem. Ask what is wrong, in plain words: why is checkout crashing";
    }

    private static Pathway? PathwayOf(ParseResult parsed) =>
        parsed.GetValue(Chosen) switch
        {
            "intuitive" => Pathway.Intuitive,
            "analytical" => Pathway.Analytical,
            _ => null,
        };

    private static async Task FollowAsync(
        RecoveryWatch watch,
        Symptom symptom,
        Investigation investigation,
        AskMemory memory,
        bool json,
        CancellationToken cancellationToken
    )
    {
        // With --json standard output holds the JSON object only.
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
        try
        {
            var recovery = await Progress.ShowAsync(
                !json,
                progress => watch.FollowAsync(symptom, investigation, PollInterval, progress, cancellationToken)
            );
            output.WriteLine(
                recovery.Changes.Count == 0
                    ? "Well again; no change around it was seen."
                    : $"Well again, after {string.Join("; ", recovery.Changes)}."
            );
            await memory.ObserveAsync(investigation.Id, recovery, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            output.WriteLine("No longer following.");
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
