using System.Net;
using System.Text;
using System.Text.Json;

namespace MetaKube.ChatOps.KubeLlm;

/// <summary>The properties that a model's server reports.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Context">The context length of one slot in tokens, or null where the server reports none.</param>
/// <param name="Slots">The number of parallel requests, or null where the server reports none.</param>
/// <param name="CountsTokens">True when the server has /tokenize, as llama-server does.</param>
internal sealed record ServerProperties(string? Model, int? Context, int? Slots, bool CountsTokens)
{
    /// <param name="client">A client whose base address is the API's, "…/v1/".</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public static async Task<ServerProperties> ReadAsync(HttpClient client, CancellationToken cancellationToken)
    {
        // Only llama-server has /props, outside OpenAI's API; a server may also forbid it.
        using var props = await GetAsync(client, "../props", mayLack: true, cancellationToken);
        var settings = Child(props?.RootElement, "default_generation_settings");
        using var models = await GetAsync(client, "models", mayLack: false, cancellationToken);
        var first =
            Child(models?.RootElement, "data") is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0
                ? list[0]
                : (JsonElement?)null;
        return new(
            Child(first, "id") is { ValueKind: JsonValueKind.String } id ? id.GetString() : null,
            Number(settings, "n_ctx") ?? Number(first, "max_model_len"),
            Number(props?.RootElement, "total_slots"),
            settings is not null
        );
    }

    /// <summary>The number of tokens of a text, as the server counts them.</summary>
    public static async Task<int> CountAsync(HttpClient client, string text, CancellationToken cancellationToken)
    {
        // StringContent has a known length: some servers do not accept a chunked body.
        using var body = new StringContent(
            JsonSerializer.Serialize(new(text), KubeLlmJson.Default.Tokenize),
            Encoding.UTF8,
            "application/json"
        );
        using var response = await client.PostAsync(new Uri("../tokenize", UriKind.Relative), body, cancellationToken);
        response.EnsureSuccessStatusCode();
        using var answer = await JsonDocument.ParseAsync(
            await response.Content.ReadAsStreamAsync(cancellationToken),
            cancellationToken: cancellationToken
        );
        return answer.RootElement.GetProperty("tokens").GetArrayLength();
    }

    private static async Task<JsonDocument?> GetAsync(
        HttpClient client,
        string path,
        bool mayLack,
        CancellationToken cancellationToken
    )
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        if (
            mayLack
            && response.StatusCode
                is HttpStatusCode.NotFound
                    or HttpStatusCode.MethodNotAllowed
                    or HttpStatusCode.Forbidden
                    or HttpStatusCode.NotImplemented
        )
            return null;
        response.EnsureSuccessStatusCode();
        try
        {
            return await JsonDocument.ParseAsync(
                await response.Content.ReadAsStreamAsync(cancellationToken),
                cancellationToken: cancellationToken
            );
        }
        catch (JsonException) when (mayLack)
        {
            return null;
        }
    }

    private static JsonElement? Child(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } map && map.TryGetProperty(name, out var child) ? child : null;

    private static int? Number(JsonElement? parent, string name) =>
        Child(parent, name) is { ValueKind: JsonValueKind.Number } number
        && number.TryGetInt32(out var value)
        && value > 0
            ? value
            : null;
}

internal sealed record Tokenize(string Content);
