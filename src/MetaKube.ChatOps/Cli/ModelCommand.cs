using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.Model;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace MetaKube.ChatOps.Cli;

/// <summary>
/// <c>metakube model</c>: lists the tested models, downloads them, and checks the configured one.
/// </summary>
internal static class ModelCommand
{
    private static readonly Argument<string> Name = new("name")
    {
        Description = "a name that metakube model list shows",
    };
    private static readonly Argument<string?> OneName = new("name")
    {
        Description = "the model whose file is checked; without it the configured model gets a question",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Option<Uri?> From = new("--from")
    {
        Description = "download from this address instead, such as a mirror inside your network",
        CustomParser = result =>
            Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address)
            && address.Scheme is "http" or "https"
                ? address
                : Refuse(result),
    };

    public static Command Build() =>
        new("model", "List, download and check language models")
        {
            Subcommand("list", "List the tested models, and those that are downloaded", List),
            Subcommand("pull", "Download a model; an interrupted pull is resumed", PullAsync, Name, From),
            Subcommand("check", "Check a model's file, or ask the configured model a question", CheckAsync, OneName),
        };

    private static Command Subcommand(
        string name,
        string description,
        Func<ParseResult, CancellationToken, Task<int>> run,
        params Symbol[] symbols
    )
    {
        var command = new Command(name, description) { CommonOptions.Data };
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
                command.Arguments.Add(argument);
            else
                command.Options.Add((Option)symbol);
        }
        command.SetAction(run);
        return command;
    }

    private static Task<int> List(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var sections = CommonOptions.LoadSections();
        var folder = ModelCatalogue.Folder(CommonOptions.DataDirectory(parsed, sections));
        foreach (var model in ModelCatalogue.Load().Models)
        {
            var size = string.Create(CultureInfo.InvariantCulture, $"{model.ApproximateBytes / 1e9,5:0.0} GB");
            Console.Out.WriteLine(
                $"{model.Name,-22}{size}  {model.MemoryGiB,2} GiB memory  {model.Licence,-11}"
                    + $"{Presence(Path.Combine(folder, model.File)),-8}{model.Purpose}"
            );
        }
        return Task.FromResult((int)ExitStatus.Answered);
    }

    private static string Presence(string file)
    {
        if (File.Exists(file))
            return "here";
        return File.Exists($"{file}.part") ? "in part" : "";
    }

    private static async Task<int> PullAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var catalogue = ModelCatalogue.Load();
        if (catalogue.Find(parsed.GetValue(Name)!) is not { } model)
            return Unknown(parsed.GetValue(Name)!, catalogue);
        await using var sections = CommonOptions.LoadSections();
        var file = catalogue.FileOf(model.Name, CommonOptions.DataDirectory(parsed, sections));
        if (File.Exists(file))
        {
            Console.Out.WriteLine($"{model.Name} is here already: {file}");
            return (int)ExitStatus.Answered;
        }
        var source = parsed.GetValue(From) ?? model.Url;
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        await DownloadAsync(new(client, TimeProvider.System), source, file, model, cancellationToken);
        var note = model.Sha256 is null ? " (its checksum is not known, so only the file's format was checked)" : "";
        Console.Out.WriteLine($"{model.Name} is here: {file}{note}");
        return (int)ExitStatus.Answered;
    }

    private static async Task DownloadAsync(
        ModelDownload download,
        Uri source,
        string file,
        KnownModel model,
        CancellationToken cancellationToken
    )
    {
        if (Console.IsErrorRedirected)
        {
            await download.GetAsync(source, file, model.Sha256, new ByteProgress((_, _) => { }), cancellationToken);
            return;
        }
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        await terminal
            .Progress()
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new DownloadedColumn(),
                new TransferSpeedColumn(),
                new RemainingTimeColumn()
            )
            .StartAsync(async context =>
            {
                var task = context.AddTask(Markup.Escape(model.Name), maxValue: model.ApproximateBytes);
                await download.GetAsync(
                    source,
                    file,
                    model.Sha256,
                    new ByteProgress(
                        (done, all) =>
                            (task.Value, task.MaxValue) = (done, all ?? Math.Max(done, model.ApproximateBytes))
                    ),
                    cancellationToken
                );
            });
    }

    private static async Task<int> CheckAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var sections = CommonOptions.LoadSections();
        var catalogue = ModelCatalogue.Load();
        if (parsed.GetValue(OneName) is { } name)
        {
            if (catalogue.Find(name) is not { } model)
                return Unknown(name, catalogue);
            return await CheckFileAsync(
                model,
                catalogue.FileOf(name, CommonOptions.DataDirectory(parsed, sections)),
                cancellationToken
            );
        }
        var options = sections.GetRequiredService<KubeLlmOptions>();
        if (!options.IsConfigured)
            return MetaKubeCommand.Fail(
                "No model is configured: set KubeLlm__Endpoint to a server's address, "
                    + "or KubeLlm__Server and KubeLlm__Model to start one.",
                ExitStatus.WrongUsage
            );
        await using var access = CommonOptions.Model(parsed, sections, TimeProvider.System);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(options.TimeoutSeconds));
        try
        {
            await AskAsync(await access.OpenAsync(timeout.Token), timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ModelUnavailableException(
                $"The model gave no answer within {options.TimeoutSeconds} s (KubeLlm:TimeoutSeconds)."
            );
        }
        return (int)ExitStatus.Answered;
    }

    private static async Task<int> CheckFileAsync(KnownModel model, string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
            return MetaKubeCommand.Fail(
                $"{model.Name} is not on this machine: metakube model pull {model.Name} gets it.",
                ExitStatus.Error
            );
        if (!await ModelDownload.IsModelAsync(file, cancellationToken))
            return MetaKubeCommand.Fail($"{file} is not a GGUF file.", ExitStatus.Error);
        var hash = await ModelDownload.HashAsync(file, cancellationToken);
        if (model.Sha256 is not null && model.Sha256 != hash)
            return MetaKubeCommand.Fail(
                $"{file} is damaged: its checksum is {hash}, not {model.Sha256}.",
                ExitStatus.Error
            );
        var verdict = model.Sha256 is null ? " (no checksum is published to compare it with)" : ", as expected";
        Console.Out.WriteLine($"{model.Name}: {file}, {new FileInfo(file).Length} bytes, sha256 {hash}{verdict}");
        return (int)ExitStatus.Answered;
    }

    /// <summary>
    /// Asks a question whose schema allows one answer only, which a model would not give by itself. A different answer
    /// shows that the server does not enforce schemas.
    /// </summary>
    private static async Task AskAsync(ModelEndpoint model, CancellationToken cancellationToken)
    {
        using var schema = JsonDocument.Parse(
            """
            {
              "type": "object",
              "properties": { "sky": { "type": "string", "enum": ["checked-7c1f"] } },
              "required": ["sky"],
              "additionalProperties": false
            }
            """
        );
        var began = Stopwatch.GetTimestamp();
        var response = await model.Chat.GetResponseAsync(
            "What colour is the sky? Answer in JSON.",
            new()
            {
                ResponseFormat = ChatResponseFormat.ForJsonSchema(schema.RootElement, "sky"),
                MaxOutputTokens = 64,
                Temperature = 0,
            },
            cancellationToken
        );
        var took = Stopwatch.GetElapsedTime(began);
        if (!response.Text.Contains("checked-7c1f", StringComparison.Ordinal))
            throw new ModelUnavailableException(
                $"{model.Name} answers, but its server does not enforce a JSON schema: "
                    + "investigations would discard most of its answers."
            );
        Console.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{model.Name} answers in {took.TotalMilliseconds:0} ms and keeps to a schema; "
                    + $"{model.ContextTokens} tokens of context"
            )
        );
    }

    private static int Unknown(string name, ModelCatalogue catalogue) =>
        MetaKubeCommand.Fail(
            $"There is no model '{name}' in the list: "
                + $"{string.Join(", ", catalogue.Models.Select(model => model.Name))}.",
            ExitStatus.WrongUsage
        );

    private static Uri? Refuse(System.CommandLine.Parsing.ArgumentResult result)
    {
        result.AddError("--from has to be an address that starts with http:// or https://.");
        return null;
    }

    private sealed class ByteProgress(Action<long, long?> report) : IProgress<(long Done, long? All)>
    {
        public void Report((long Done, long? All) value) => report(value.Done, value.All);
    }
}
