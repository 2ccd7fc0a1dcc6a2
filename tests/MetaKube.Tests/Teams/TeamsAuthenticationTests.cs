using System;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MetaKube.Fakes.Teams;
using MetaKube.Tests.Redis;

namespace MetaKube.Tests.Teams;

/// <summary>
/// Authentication of requests from Teams: the whole bot over HTTP, with tokens and keys of a simulated issuer.
/// </summary>
public sealed class TeamsAuthenticationTests
{
    private const string Connector = "https://api.botframework.com",
        OtherTenant = "99999999-bbbb-cccc-dddd-eeeeeeeeeeee",
        Stranger = "99999999-2222-3333-4444-555555555555";

    [Fact]
    public async Task Forged_wrong_and_stale_tokens_are_refused_and_good_ones_are_not()
    {
        await using var chat = await TeamsFixture.StartAsync(TeamsSide.Fake);
        var teams = chat.Fake;
        // Valid tokens come first; otherwise all might be refused for one reason.
        foreach (var (name, token) in Good(teams))
            (await StatusAsync(teams, Greeting(teams), token)).ShouldBe(HttpStatusCode.Accepted, name);
        var refused = 0;
        foreach (var (name, token) in Wrong(teams))
        {
            // 503, if the keys were read in vain a moment ago for the previous token.
            (await StatusAsync(teams, Greeting(teams), token)).ShouldBeOneOf(
                [HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden, HttpStatusCode.ServiceUnavailable],
                name
            );
            refused++;
        }
        foreach (var (name, activity) in Foreign(teams))
        {
            (await StatusAsync(teams, activity, Token(teams))).ShouldBe(HttpStatusCode.Forbidden, name);
            refused++;
        }
        refused.ShouldBeGreaterThanOrEqualTo(20);
        await chat.UntilIdleAsync();
        teams.Messages.Count.ShouldBe(Good(teams).Count());
    }

    [Fact]
    public async Task A_key_that_is_not_endorsed_for_teams_may_not_speak_for_it()
    {
        foreach (var endorsements in (string[]?[])[null, [], ["directline"]])
        {
            await using var chat = await TeamsFixture.StartAsync(TeamsSide.Fake);
            chat.Fake.Connector.Endorsements = endorsements;
            (await StatusAsync(chat.Fake, Greeting(chat.Fake), Token(chat.Fake))).ShouldBe(HttpStatusCode.Forbidden);
        }
    }

    [Fact]
    public async Task Keys_that_change_are_learnt_at_once_and_strangers_keys_do_not_have_them_fetched_again_and_again()
    {
        await using var chat = await TeamsFixture.StartAsync(TeamsSide.Fake);
        var teams = chat.Fake;
        (await StatusAsync(teams, Greeting(teams), Token(teams))).ShouldBe(HttpStatusCode.Accepted);
        teams.Connector.Fetched.ShouldBe(1);
        var last = Token(teams);
        teams.Connector.Rotate();
        (await StatusAsync(teams, Greeting(teams), Token(teams))).ShouldBe(HttpStatusCode.Accepted);
        teams.Connector.Fetched.ShouldBe(2);

        (await StatusAsync(teams, Greeting(teams), last)).ShouldBe(HttpStatusCode.Unauthorized);
        for (var i = 0; i < 30; i++)
            (
                await StatusAsync(
                    teams,
                    Greeting(teams),
                    $"Bearer {teams.Connector.Token(Claims(teams), new() { ["kid"] = $"stranger-{i}" })}"
                )
            ).ShouldBeOneOf(HttpStatusCode.Unauthorized, HttpStatusCode.ServiceUnavailable);
        // The first token might have used a new key.
        teams.Connector.Fetched.ShouldBe(3);
        (await StatusAsync(teams, Greeting(teams), Token(teams))).ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Without_the_keys_nothing_is_let_in_and_what_comes_again_is()
    {
        await using var chat = await TeamsFixture.StartAsync(TeamsSide.Fake);
        chat.Fake.Connector.IsAway = true;
        // The request is to be repeated and is not refused.
        (await StatusAsync(chat.Fake, Greeting(chat.Fake), Token(chat.Fake))).ShouldBe(
            HttpStatusCode.ServiceUnavailable
        );
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("[]", HttpStatusCode.BadRequest)]
    [InlineData("{\"type\":\"message\"", HttpStatusCode.BadRequest)]
    [InlineData("{}", HttpStatusCode.BadRequest)]
    public async Task Malformed_bodies_are_refused(string body, HttpStatusCode status)
    {
        await using var chat = await TeamsFixture.StartAsync(TeamsSide.Fake);
        using var response = await chat.Fake.PostAsync(body, Token(chat.Fake));
        response.StatusCode.ShouldBe(status);
    }

    [Fact]
    public async Task Bodies_beyond_all_bounds_are_refused_unread()
    {
        await using var chat = await TeamsFixture.StartAsync(TeamsSide.Fake);
        using var response = await chat.Fake.PostAsync(new string('x', 2 * 1024 * 1024), Token(chat.Fake));
        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("AppId", "not-a-guid", "no GUID")]
    [InlineData("AppId", "", "AppId is missing")]
    [InlineData("TenantId", "", "TenantId is missing")]
    [InlineData("AllowUnauthenticated", "false", "to answer")]
    [InlineData("ServiceUrl", "https://evil.example/", "not at a host of the Bot Connector")]
    [InlineData("ServiceHosts:0", "*", "every host")]
    [InlineData("ManagedIdentity", "true", "exclude each other")]
    [InlineData("Certificate", "/nowhere/cert.pem", "there is no file")]
    [InlineData("Login", "http://login.example/", "without encryption")]
    public async Task Settings_that_cannot_be_right_are_refused_at_the_start(string setting, string value, string why)
    {
        var settings = new Dictionary<string, string> { [$"Teams:{setting}"] = value };
        if (setting is "ManagedIdentity" or "Login")
            settings["Teams:ClientSecret"] = "secret";
        var error = await Should.ThrowAsync<Exception>(async () =>
            await (await TeamsFixture.StartAsync(TeamsSide.Fake, MemoryServer.Garnet, settings)).DisposeAsync()
        );
        error.Message.ShouldContain(why);
    }

    [Fact]
    public async Task Without_a_token_of_the_bot_readiness_fails_and_gives_the_reason()
    {
        await using var chat = await TeamsFixture.StartAsync(
            TeamsSide.Fake,
            MemoryServer.Garnet,
            new() { ["Teams:ClientSecret"] = "secret", ["Teams:Login"] = "https://127.0.0.1:1/" }
        );
        using var http = new HttpClient();
        using var response = await http.GetAsync(
            new Uri(chat.Bot.Address, "/readyz"),
            TestContext.Current.CancellationToken
        );
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain(
            "Entra has given no token"
        );
    }

    private static string Token(FakeTeams teams) => $"Bearer {teams.Connector.Token(Claims(teams))}";

    private static JsonObject Claims(FakeTeams teams, params (string Name, JsonNode? Value)[] other)
    {
        var claims = new JsonObject
        {
            ["iss"] = Connector,
            ["aud"] = FakeTeams.AppId,
            ["serviceurl"] = teams.ServiceUrl,
        };
        foreach (var (name, value) in other)
            if (value is null)
                claims.Remove(name);
            else
                claims[name] = value;
        return claims;
    }

    private static JsonObject EntraClaims(FakeTeams teams, params (string Name, JsonNode? Value)[] other)
    {
        var claims = new JsonObject
        {
            ["iss"] = $"{teams.Url}/{FakeTeams.Tenant}/v2.0",
            ["aud"] = FakeTeams.AppId,
            ["azp"] = FakeTeams.AppId,
            ["tid"] = FakeTeams.Tenant,
        };
        foreach (var (name, value) in other)
            if (value is null)
                claims.Remove(name);
            else
                claims[name] = value;
        return claims;
    }

    private static IEnumerable<(string Name, string Token)> Good(FakeTeams teams)
    {
        yield return ("of the Connector", Token(teams));
        yield return (
            "as the Connector writes it",
            $"bearer {teams.Connector.Token(Claims(teams, ("serviceurl", teams.ServiceUrl.TrimEnd('/'))))}"
        );
        yield return (
            "within the skew of clocks",
            $"Bearer {teams.Connector.Token(Claims(teams, ("exp", Now() - 120)))}"
        );
        yield return ("of Entra, for our own app", $"Bearer {teams.Entra.Token(EntraClaims(teams))}");
        yield return (
            "of Entra, of the older kind",
            OfEntra(
                teams,
                ("iss", $"https://sts.windows.net/{FakeTeams.Tenant}/"),
                ("azp", null),
                ("appid", FakeTeams.AppId)
            )
        );
    }

    private static string OfEntra(FakeTeams teams, params (string, JsonNode?)[] claims) =>
        $"Bearer {teams.Entra.Token(EntraClaims(teams, claims))}";

    private static string SignedBy(FakeTeams teams, string algorithm, Func<byte[], byte[]> sign) =>
        $"Bearer {teams.Connector.Token(Claims(teams), new() { ["alg"] = algorithm }, sign)}";

    private static IEnumerable<(string Name, string? Token)> Wrong(FakeTeams teams) =>
        [.. WrongClaims(teams), .. WrongSignatures(teams), .. WrongIssuers(teams)];

    private static IEnumerable<(string Name, string? Token)> WrongClaims(FakeTeams teams)
    {
        // The case without a header is tested with the development switch off, which would accept local programs.
        yield return ("no bearer", "Basic YTpi");
        yield return ("an empty token", "Bearer x");
        yield return ("not a token", "Bearer a.b.c");
        yield return ("another issuer", Of(("iss", "https://evil.example")));
        yield return ("no issuer", Of(("iss", null)));
        yield return ("another audience", Of(("aud", Stranger)));
        yield return ("no audience", Of(("aud", null)));
        yield return ("expired", Of(("exp", Now() - 3600)));
        yield return ("no end", $"Bearer {teams.Connector.Token(Claims(teams, ("exp", "never")))}");
        yield return ("of the future", Of(("nbf", Now() + 3600)));
        yield return ("another serviceUrl", Of(("serviceurl", "https://smba.trafficmanager.net/emea/")));
        yield return ("no serviceUrl", Of(("serviceurl", null)));

        string Of((string, JsonNode?) claim) => $"Bearer {teams.Connector.Token(Claims(teams, claim))}";
    }

    private static IEnumerable<(string Name, string? Token)> WrongSignatures(FakeTeams teams)
    {
        var parts = teams.Connector.Token(Claims(teams)).Split('.');
        var key = teams.Connector.Key;
        var otherClaims = Claims(teams, ("sub", "x"), ("exp", Now() + 99999)).ToJsonString();
        yield return ("alg none", SignedBy(teams, "none", _ => []));
        yield return ("alg none in other letters", SignedBy(teams, "NoNe", _ => []));
        yield return (
            "HS256 with the public key",
            SignedBy(teams, "HS256", signed => HMACSHA256.HashData(key.ExportSubjectPublicKeyInfo(), signed))
        );
        yield return (
            "HS256 with the public key as PEM",
            SignedBy(
                teams,
                "HS256",
                signed => HMACSHA256.HashData(Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem()), signed)
            )
        );
        yield return (
            "RS512",
            SignedBy(
                teams,
                "RS512",
                signed => key.SignData(signed, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1)
            )
        );
        yield return ("unknown kid", $"Bearer {teams.Connector.Token(Claims(teams), new() { ["kid"] = "other" })}");
        yield return ("no kid", $"Bearer {teams.Connector.Token(Claims(teams), new() { ["kid"] = null })}");
        yield return ("signed by another key", $"Bearer {teams.Connector.Token(Claims(teams), null, SignOtherwise)}");
        yield return ("no signature", $"Bearer {parts[0]}.{parts[1]}.");
        yield return (
            "other claims under a good signature",
            $"Bearer {parts[0]}.{TokenIssuer.Encode(Encoding.UTF8.GetBytes(otherClaims))}.{parts[2]}"
        );
        yield return ("its own key in the header", OwnKey(teams));
    }

    private static IEnumerable<(string Name, string? Token)> WrongIssuers(FakeTeams teams)
    {
        yield return ("Entra's key for the Connector's token", $"Bearer {teams.Entra.Token(Claims(teams))}");
        yield return (
            "of another tenant of Entra",
            OfEntra(teams, ("iss", $"{teams.Url}/{OtherTenant}/v2.0"), ("tid", OtherTenant))
        );
        yield return ("of Entra for another app", $"Bearer {teams.Entra.Token(EntraClaims(teams, ("azp", Stranger)))}");
        yield return ("of Entra for no app", $"Bearer {teams.Entra.Token(EntraClaims(teams, ("azp", null)))}");
    }

    /// <summary>Activities that a good token does not cover.</summary>
    private static IEnumerable<(string Name, JsonObject Activity)> Foreign(FakeTeams teams)
    {
        yield return ("another tenant", With(activity => activity["conversation"]!["tenantId"] = OtherTenant));
        yield return (
            "no tenant",
            With(activity =>
            {
                activity["conversation"]!.AsObject().Remove("tenantId");
                activity["channelData"]!.AsObject().Remove("tenant");
            })
        );
        yield return ("another channel", With(activity => activity["channelId"] = "directline"));
        yield return (
            "an address that the token is not for",
            With(activity => activity["serviceUrl"] = "https://evil.example/")
        );

        JsonObject With(Action<JsonObject> change)
        {
            var activity = Greeting(teams);
            change(activity);
            return activity;
        }
    }

    private static byte[] SignOtherwise(byte[] signed)
    {
        using var other = RSA.Create(2048);
        return other.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private static string OwnKey(FakeTeams teams)
    {
        using var own = RSA.Create(2048);
        var parameters = own.ExportParameters(false);
        var jwk = new JsonObject
        {
            ["kty"] = "RSA",
            ["kid"] = "mine",
            ["n"] = TokenIssuer.Encode(parameters.Modulus!),
            ["e"] = TokenIssuer.Encode(parameters.Exponent!),
        };
        var header = new JsonObject
        {
            ["kid"] = "mine",
            ["jwk"] = jwk,
            ["jku"] = $"{teams.Url}/entra/keys",
        };
        var token = teams.Connector.Token(
            Claims(teams),
            header,
            signed => own.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        );
        return $"Bearer {token}";
    }

    private static JsonObject Greeting(FakeTeams teams) =>
        teams.Message(teams.Ada, teams.Channel, "help", mentions: true);

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    private static async Task<HttpStatusCode> StatusAsync(FakeTeams teams, JsonObject activity, string? token)
    {
        using var response = await teams.PostAsync(activity.ToJsonString(), token);
        return response.StatusCode;
    }
}
