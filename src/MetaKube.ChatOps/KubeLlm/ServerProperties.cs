using System.Net;
using System.Text;
using System.Text.Json;

namespace MetaKube.ChatOps.KubeLlm;

/// <summary>What a model's server says of itself.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Context">Tokens of one slot's context, or null where it does not say.</param>
/// <param name="Slots">Requests that it works on at once, or null where it does not say.</param>
/// <param name="CountsTokens">Whether it counts the tokens of a text for us: llama-server does.</param>
internal sealed record ServerProperties(string? Model, int? Context, int? Slots, bool CountsTokens)
{
    /// <param name="client">With the base address of the API, "…/v1/".</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<ServerProperties> ReadAsync(HttpClient client, CancellationToken cancellationToken)
    {
        // llama-server's own, beside the API of OpenAI; others have no such page, or keep it to themselves.
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

    /// <summary>Tokens of a text, by the server's own count.</summary>
    public static async Task<int> CountAsync(HttpClient client, string text, CancellationToken cancellationToken)
    {
        // Of known length: not every server takes a body in chunks.
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
