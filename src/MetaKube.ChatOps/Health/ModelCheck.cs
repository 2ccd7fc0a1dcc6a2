using MetaKube.ChatOps.KubeLlm;
using MetaKube.Model;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Health;

/// <summary>Checks the language model: the server that is configured, or the program and file of our own.</summary>
internal sealed class ModelCheck(IOptions<KubeLlmOptions> options, CheckContext context, TimeProvider time) : IPartCheck
{
    public string Part => "model";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.IsConfigured)
            return
            [
                new(
                    Part,
                    CheckStatus.Off,
                    "No language model: findings, causal graph and memory decide.",
                    "KubeLlm:Endpoint, or KubeLlm:Server and KubeLlm:Model (docs/kubellm.md)."
                ),
            ];
        return [options.Value.Server.Length > 0 ? OwnServer() : await EndpointAsync(cancellationToken)];
    }

    private CheckResult OwnServer()
    {
        var (server, model) = (options.Value.Server, options.Value.Model);
        if (OnPath(server) is null)
            return new(
                Part,
                CheckStatus.Failed,
                $"There is no program {server}.",
                "Install llama.cpp, or set KubeLlm:Server to the program's whole path."
            );
        var catalogue = ModelCatalogue.Load();
        var isKnown = catalogue.Find(model) is not null;
        var file = isKnown ? catalogue.FileOf(model, context.DataDirectory()) : model;
        if (File.Exists(file))
            return new(
                Part,
                CheckStatus.Ok,
                $"{server} will be started with {file}; metakube model check sends it a question."
            );
        return new(
            Part,
            CheckStatus.Failed,
            $"There is no file {file}.",
            isKnown
                ? $"metakube model pull {model}"
                : "KubeLlm:Model has to be a GGUF file, or a name that metakube model list shows."
        );
    }

    private async Task<CheckResult> EndpointAsync(CancellationToken cancellationToken)
    {
        await using var access = new ModelAccess(options.Value, context.DataDirectory(), time);
        try
        {
            var model = await access.OpenAsync(cancellationToken);
            return new(
                Part,
                CheckStatus.Ok,
                $"{model.Name} is served at {options.Value.Endpoint}, with {model.ContextTokens} tokens of context; "
                    + "metakube model check sends it a question."
            );
        }
        catch (ModelUnavailableException e)
        {
            return new(
                Part,
                CheckStatus.Failed,
                e.Message,
                "Check KubeLlm:Endpoint, KubeLlm:Model and KubeLlm:ApiKey with curl ENDPOINT/v1/models. "
                    + "Until then answers come without a model."
            );
        }
    }

    private static string? OnPath(string program)
    {
        if (program.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal))
            return File.Exists(program) ? program : null;
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
    }
}
