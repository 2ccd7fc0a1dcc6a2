using System.CommandLine;
using MetaKube.Chat;
using MetaKube.ChatOps.Conversations;
using MetaKube.Faults;
using MetaKube.Model;
using MetaKube.Redis;

namespace MetaKube.ChatOps.Cli;

/// <summary><c>metakube notes</c>: notes about workloads and faults, which the next answer about one shows.</summary>
internal static class NotesCommand
{
    private static readonly string[] Kinds =
    [
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "CronJob",
        "Job",
        "Pod",
        "Service",
        "Ingress",
        "Node",
        "PersistentVolumeClaim",
    ];

    private static readonly Argument<string[]> Text = new("text")
    {
        Description = "the note, in plain words",
        Arity = ArgumentArity.OneOrMore,
    };
    private static readonly Argument<string> Id = new("id") { Description = "the id that list shows" };
    private static readonly Option<string?> Workload = new("--workload")
    {
        Description = "the object: deployment/checkout",
    };
    private static readonly Option<string?> Namespace = new("--namespace", "-n")
    {
        Description = "the namespace of the object (default: default)",
    };
    private static readonly Option<string?> FaultCode = new("--fault")
    {
        Description = "a code of the fault catalogue, in place of an object",
    };
    private static readonly Option<string?> By = new("--by") { Description = "the author (default: your user name)" };

    public static Command Build()
    {
        Namespace.Validators.Add(CommonOptions.AcceptOnlyNamespaces);
        var add = new Command("add", "Keep a note about an object or a fault")
        {
            Text,
            Workload,
            Namespace,
            FaultCode,
            By,
            CommonOptions.Data,
        };
        add.Validators.Add(result =>
        {
            var (workload, fault) = (result.GetValue(Workload), result.GetValue(FaultCode));
            if (workload is null == fault is null)
                result.AddError("Give --workload or --fault.");
            else if (workload is not null && Named(workload, null) is null)
                result.AddError($"'{workload}' is no object such as deployment/checkout.");
            else if (fault is not null && FaultCatalogue.Find(fault) is null)
                result.AddError($"There is no fault '{fault}'; codes are listed in docs/faults.md.");
        });
        var list = new Command("list", "List all notes, the oldest first") { CommonOptions.Data };
        var forget = new Command("forget", "Delete a note") { Id, CommonOptions.Data };
        add.SetAction((parsed, token) => RunAsync(parsed, store => AddAsync(store, parsed, token), token));
        list.SetAction((parsed, token) => RunAsync(parsed, store => ListAsync(store, token), token));
        forget.SetAction((parsed, token) => RunAsync(parsed, store => ForgetAsync(store, parsed, token), token));
        return new("notes", "Keep notes about workloads and faults; the next answer about one shows them")
        {
            list,
            add,
            forget,
        };
    }

    private static async Task<int> RunAsync(
        ParseResult parsed,
        Func<NoteStore, Task<ExitStatus>> run,
        CancellationToken cancellationToken
    )
    {
        await using var sections = CommonOptions.LoadSections();
        await using var access = CommonOptions.Memory(parsed, sections, TimeProvider.System);
        return (int)await run(new(await access.ConnectAsync(cancellationToken), access.Keys));
    }

    private static async Task<ExitStatus> AddAsync(
        NoteStore store,
        ParseResult parsed,
        CancellationToken cancellationToken
    )
    {
        var subject =
            parsed.GetValue(FaultCode)
            ?? Note.SubjectOf(Named(parsed.GetValue(Workload)!, parsed.GetValue(Namespace))!);
        var note = TeamNotes.Of(
            string.Join(' ', parsed.GetValue(Text)!),
            subject,
            null,
            $"cli:{parsed.GetValue(By) ?? Environment.UserName}",
            TimeProvider.System.GetUtcNow()
        );
        if (note is null)
            return Failed("The note is empty.", ExitStatus.WrongUsage);
        if (!await store.AddNoteAsync(note, cancellationToken))
            return Failed($"{subject} has {NoteStore.MostOfASubject} notes already; forget one.", ExitStatus.Error);
        Console.Out.WriteLine($"{note.Id}\t{note.Subject}");
        return ExitStatus.Answered;
    }

    private static async Task<ExitStatus> ListAsync(NoteStore store, CancellationToken cancellationToken)
    {
        foreach (var note in await store.ListNotesAsync(cancellationToken))
            Console.Out.WriteLine($"{note.Id}\t{note.Subject}\t{note.In("")}");
        return ExitStatus.Answered;
    }

    private static async Task<ExitStatus> ForgetAsync(
        NoteStore store,
        ParseResult parsed,
        CancellationToken cancellationToken
    )
    {
        var id = parsed.GetValue(Id)!;
        if (!await store.ForgetNoteAsync(id, cancellationToken))
            return Failed($"There is no note '{id}' (see metakube notes list).", ExitStatus.Error);
        Console.Out.WriteLine($"{id} is forgotten.");
        return ExitStatus.Answered;
    }

    private static ResourceRef? Named(string workload, string? ns)
    {
        var (kind, name) = workload.Split('/') is [var first, { Length: > 0 } second] ? (first, second) : ("", "");
        var known = Kinds.FirstOrDefault(one => one.Equals(kind, StringComparison.OrdinalIgnoreCase));
        if (known is null)
            return null;
        return new(known, known == "Node" ? null : ns ?? "default", name);
    }

    private static ExitStatus Failed(string message, ExitStatus status)
    {
        MetaKubeCommand.Fail(message, status);
        return status;
    }
}
