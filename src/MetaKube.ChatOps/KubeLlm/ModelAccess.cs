using MetaKube.Cluster.Redaction;
using MetaKube.Investigations;
using MetaKube.Model;
using Microsoft.Extensions.AI;
using OpenAI.Chat;

namespace MetaKube.ChatOps.KubeLlm;

/// <summary>
/// Connects to the configured model when it is first needed, and starts its server where the bot runs it.
/// </summary>
internal sealed class ModelAccess(KubeLlmOptions options, string directory, TimeProvider time) : IAsyncDisposable
{
    /// <summary>The name of the ActivitySource; spans follow OpenTelemetry's conventions for generative AI.</summary>
    public const string Source = "MetaKube.KubeLlm";

    // Assumed where a server reports none: the values of the smallest common installation.
    private const int AssumedContext = 4096,
        AssumedSlots = 4;

    private const int LongestName = 60;

    /// <summary>
    /// The assumed size of a token where the server cannot count tokens. Real text has more characters per token, so
    /// that the estimate is too high and the server does not reject the prompt.
    /// </summary>
    private const double CharactersPerToken = 2.5;

    private readonly SemaphoreSlim gate = new(1, 1);

    // The client of the health check has no retries and no circuit breaker, so that it reports the present state.
    private readonly Lazy<HttpClient> probe = new(() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
    );

    private HttpClient? client;
    private LlamaServer? server;
    private (Uri Address, ModelEndpoint Endpoint)? opened;

    /// <summary>The model for investigations, or null where none is configured.</summary>
    public LanguageModel? Model =>
        options.IsConfigured
            ? new(OpenAsync, new(TimeSpan.FromSeconds(options.TimeoutSeconds), options.Requests), time)
            : null;

    /// <exception cref="ModelUnavailableException">The model cannot be used; the message gives the reason.</exception>
    public async Task<ModelEndpoint> OpenAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (options.Server.Length > 0)
                server ??= new(options, directory, time);
            // The port changes when the server that the bot runs is restarted by another process.
            var address = server is not null ? await server.StartAsync(cancellationToken) : options.Endpoint!;
            if (opened is not { } known || known.Address != address)
            {
                Close();
                opened = known = (address, await ConnectAsync(ModelHttp.ApiOf(address), cancellationToken));
            }
            return known.Endpoint;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Checks the health of the model's server.</summary>
    /// <returns>The problem in one sentence, or null; also null where no model is configured, and where the bot runs
    /// the server and has not started it yet.</returns>
    public async Task<string?> ComplaintAsync(CancellationToken cancellationToken)
    {
        if ((options.Server.Length > 0 ? opened?.Address : options.Endpoint) is not { } address)
            return null;
        var api = ModelHttp.ApiOf(address);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(api, "models"));
        if (options.ApiKey.Length > 0)
            request.Headers.Authorization = new("Bearer", options.ApiKey);
        try
        {
            using var response = await probe.Value.SendAsync(request, cancellationToken);
            response.EnsureSuccessStatusCode();
            using var models = System.Text.Json.JsonDocument.Parse(
                await response.Content.ReadAsStringAsync(cancellationToken)
            );
            return null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return ServerFaults.Translate(e, api).Message;
        }
    }

    private async Task<ModelEndpoint> ConnectAsync(Uri api, CancellationToken cancellationToken)
    {
        client = ModelHttp.Client(api, options.ApiKey, time);
        var properties = await GuardAsync(
            api,
            () => ServerProperties.ReadAsync(client, cancellationToken),
            cancellationToken
        );
        var isNamed = options.Endpoint is not null && options.Model.Length > 0;
        var model = isNamed ? options.Model : properties.Model ?? options.Model;
        Func<string, CancellationToken, Task<int>> count = properties.CountsTokens
            ? (text, token) => GuardAsync(api, () => ServerProperties.CountAsync(client, text, token), token)
            : (text, _) => Task.FromResult((int)(text.Length / CharactersPerToken));
        var context =
            options.Context > 0
                ? Math.Min(options.Context, properties.Context ?? options.Context)
                : properties.Context ?? AssumedContext;
        // llama-server reports the model's file as its name.
        var name = model.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase)
            ? Path.GetFileNameWithoutExtension(model)
            : model;
        return new(
            new Redactor().Sentence(name, LongestName),
            Chat(api, model, options.Slots > 0 ? options.Slots : properties.Slots ?? AssumedSlots),
            context,
            count
        );
    }

    private static async Task<T> GuardAsync<T>(Uri api, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw ServerFaults.Translate(e, api);
        }
    }

    private IChatClient Chat(Uri api, string model, int slots) =>
        ModelHttp
            .Api(client!, api, options.ApiKey)
            .GetChatClient(model)
            .AsIChatClient()
            .AsBuilder()
            .Use(inner => new SlotQueue(inner, slots))
            .UseOpenTelemetry(sourceName: Source)
            .Use(inner => new ServerFaults(inner, api))
            .ConfigureOptions(chat => chat.RawRepresentationFactory = _ => Raw(chat))
            .Build();

    /// <summary>Fields of the request that servers of local models read and OpenAI's API does not define.</summary>
    private static ChatCompletionOptions Raw(ChatOptions chat)
    {
        var raw = new ChatCompletionOptions();
        // The schema is passed unchanged: the library would move limits of length and number, which OpenAI's own
        // servers do not support, into descriptions.
        if (chat.ResponseFormat is ChatResponseFormatJson { Schema: { } schema, SchemaName: var name })
            raw.ResponseFormat = OpenAI.Chat.ChatResponseFormat.CreateJsonSchemaFormat(
                name ?? "answer",
                BinaryData.FromString(schema.GetRawText()),
                jsonSchemaIsStrict: true
            );
#pragma warning disable SCME0001 // Patch is the only way to send a field that OpenAI's own API does not have.
        // The schema has a field for reasoning; a separate thinking phase would be unbounded and outside the schema.
        raw.Patch.Set("$.chat_template_kwargs"u8, BinaryData.FromString("""{"enable_thinking":false}"""));
        // Some servers read only the name that max_completion_tokens had before 2024.
        if (chat.MaxOutputTokens is { } most)
            raw.Patch.Set("$.max_tokens"u8, most);
#pragma warning restore SCME0001
        return raw;
    }

    private void Close()
    {
        opened?.Endpoint.Chat.Dispose();
        client?.Dispose();
        (opened, client) = (null, null);
    }

    public async ValueTask DisposeAsync()
    {
        Close();
        if (server is not null)
            await server.DisposeAsync();
        if (probe.IsValueCreated)
            probe.Value.Dispose();
        gate.Dispose();
    }
}
