using System;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace MetaKube.Fakes.Teams;

/// <summary>An issuer of tokens with keys of its own, for tests: it signs whatever it is asked to.</summary>
internal sealed class TokenIssuer(Func<string> url) : IDisposable
{
    private RSA key = RSA.Create(2048);
    private int generation = 1;

    /// <summary>The channels that the keys may sign for, or null where they say nothing of that.</summary>
    public string[]? Endorsements { get; set; } = ["msteams", "directline"];

    /// <summary>The number of times the keys were fetched.</summary>
    public int Fetched { get; private set; }

    /// <summary>The keys cannot be fetched.</summary>
    public bool IsAway { get; set; }

    public string KeyId => $"key-{generation}";

    public RSA Key => key;

    public IResult Metadata(string issuer, string keysAt) =>
        IsAway
            ? Results.StatusCode(503)
            : Results.Text(
                new JsonObject
                {
                    ["issuer"] = issuer,
                    ["jwks_uri"] = $"{url()}{keysAt}",
                    ["authorization_endpoint"] = $"{url()}/authorize",
                    ["token_endpoint"] = $"{url()}/token",
                    ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
                }.ToJsonString(),
                "application/json"
            );

    public IResult Keys()
    {
        Fetched++;
        return Results.Text(new JsonObject { ["keys"] = new JsonArray(Public()) }.ToJsonString(), "application/json");
    }

    /// <summary>Begins to sign with a new key; the last one is no longer told of.</summary>
    public void Rotate()
    {
        key.Dispose();
        key = RSA.Create(2048);
        generation++;
    }

    /// <summary>A token with these claims, and the usual times where there are none.</summary>
    /// <param name="claims">The claims.</param>
    /// <param name="header">Fields of the header that differ; null leaves a field out.</param>
    /// <param name="sign">Signs it in an unusual way.</param>
    public string Token(JsonObject claims, JsonObject? header = null, Func<byte[], byte[]>? sign = null)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        claims.TryAdd("nbf", now - 60);
        claims.TryAdd("exp", now + 3600);
        var all = new JsonObject
        {
            ["alg"] = "RS256",
            ["typ"] = "JWT",
            ["kid"] = KeyId,
        };
        foreach (var (name, value) in header ?? [])
            if (value is null)
                all.Remove(name);
            else
                all[name] = value.DeepClone();
        var signed = Encoding.ASCII.GetBytes(
            $"{Encode(Encoding.UTF8.GetBytes(all.ToJsonString()))}."
                + $"{Encode(Encoding.UTF8.GetBytes(claims.ToJsonString()))}"
        );
        var signature = sign is null
            ? key.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : sign(signed);
        return $"{Encoding.ASCII.GetString(signed)}.{Encode(signature)}";
    }

    public static string Encode(byte[] bytes) =>
        Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public void Dispose() => key.Dispose();

    private JsonObject Public()
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        var told = new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = KeyId,
            ["n"] = Encode(parameters.Modulus!),
            ["e"] = Encode(parameters.Exponent!),
        };
        if (Endorsements is not null)
            told["endorsements"] = new JsonArray([.. Endorsements.Select(one => JsonValue.Create(one))]);
        return told;
    }
}
