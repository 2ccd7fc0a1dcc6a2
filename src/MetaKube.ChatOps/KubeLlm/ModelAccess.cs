using MetaKube.Cluster.Redaction;
using MetaKube.Investigations;
using MetaKube.Model;
using Microsoft.Extensions.AI;
using OpenAI.Chat;

namespace MetaKube.ChatOps.KubeLlm;

/// <summary>
/// Opens the model as configured, once, when it is first needed; starts its server where that is ours.
/// </summary>
internal sealed class ModelAccess(KubeLlmOptions options, string directory, TimeProvider time) : IAsyncDisposable
{
    /// <summary>The source of the spans, after the conventions of OpenTelemetry for generative AI.</summary>
    public const string Source = "MetaKube.KubeLlm";

    // Where a server does not say: what the smallest of the usual set-ups has.
    private const int AssumedContext = 4096,
        AssumedSlots = 4;

    private const int LongestName = 60;

    /// <summary>
    /// Fewer characters to a token than in any text seen; where nobody counts, the prompt is rather too short than
    /// refused.
    /// </summary>
    private const double CharactersPerToken = 2.5;

    private readonly SemaphoreSlim gate = new(1, 1);

    // Asks for signs of life only: it neither tries again nor rests after failures, so that it says how things are now.
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

    /// <exception cref="ModelUnavailableException">The model cannot be used; the message says why.</exception>
    public async Task<ModelEndpoint> OpenAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (options.Server.Length > 0)
                server ??= new(options, directory, time);
            // A server of ours may have been started again, or have been another process's.
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

    /// <summary>Asks the model's server for a sign of life.</summary>
    /// <returns>What is wrong with it, or null; null as well where there is none, or where it is ours and was not
    /// needed yet.</returns>
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
        var model =
            options.Endpoint is not null && options.Model.Length > 0
                ? options.Model
                : properties.Model ?? options.Model;
        Func<string, CancellationToken, Task<int>> count = properties.CountsTokens
            ? (text, token) => GuardAsync(api, () => ServerProperties.CountAsync(client, text, token), token)
            : (text, _) => Task.FromResult((int)(text.Length / CharactersPerToken));
        var context =
            options.Context > 0
                ? Math.Min(options.Context, properties.Context ?? options.Context)
                : properties.Context ?? AssumedContext;
        // llama-server calls a model by its file.
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

    /// <summary>What servers for local models know beside OpenAI's API.</summary>
    private static ChatCompletionOptions Raw(ChatOptions chat)
    {
        var raw = new ChatCompletionOptions();
        // As it is: the library would turn lengths and counts, which OpenAI's own servers do not know, into remarks.
        if (chat.ResponseFormat is ChatResponseFormatJson { Schema: { } schema, SchemaName: var name })
            raw.ResponseFormat = OpenAI.Chat.ChatResponseFormat.CreateJsonSchemaFormat(
                name ?? "answer",
                BinaryData.FromString(schema.GetRawText()),
                jsonSchemaIsStrict: true
            );
#pragma warning disable SCME0001 // The way to send a field that OpenAI's own API does not have.
        // The answer has a place for thoughts; thinking before it would be without bound, and outside the schema.
        raw.Patch.Set("$.chat_template_kwargs"u8, BinaryData.FromString("""{"enable_thinking":false}"""));
        // The name of max_completion_tokens before 2024, which some servers still want.
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
