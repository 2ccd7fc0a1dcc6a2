using System;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MetaKube.Chat;
using MetaKube.ChatOps.Teams;
using Microsoft.Identity.Client;

namespace MetaKube.Tests.Teams;

/// <summary>Our own tokens, as MSAL asks Entra for them.</summary>
public sealed class TeamsTokensTests
{
    [Fact]
    public async Task A_secret_is_exchanged_for_a_token_that_is_kept_until_it_is_refused()
    {
        using var entra = new Entra();
        using var tokens = new TeamsTokens(Options(options => options.ClientSecret = "s3cret"), entra);
        (await tokens.GetAsync(false, TestContext.Current.CancellationToken)).ShouldBe("token-1");
        (await tokens.GetAsync(false, TestContext.Current.CancellationToken)).ShouldBe("token-1");
        (await tokens.GetAsync(true, TestContext.Current.CancellationToken)).ShouldBe("token-2");
        var asked = entra.Requests.First();
        asked.Address.ShouldBe(
            "https://login.microsoftonline.com/aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee/oauth2/v2.0/token"
        );
        asked.Body.ShouldContain("client_secret=s3cret");
        asked.Body.ShouldContain("scope=https%3A%2F%2Fapi.botframework.com%2F.default");
    }

    [Theory]
    [InlineData("bot.pem")]
    [InlineData("bot.pfx")]
    public async Task A_certificate_signs_what_is_asked_with(string name)
    {
        using var folder = new TemporaryFolder();
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest(
            "CN=metakube",
            key,
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        ).CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        var file = Path.Combine(folder.Path, name);
        if (name.EndsWith("pem", StringComparison.Ordinal))
            await File.WriteAllTextAsync(
                file,
                $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}",
                TestContext.Current.CancellationToken
            );
        else
            await File.WriteAllBytesAsync(
                file,
                certificate.Export(X509ContentType.Pfx, "pass"),
                TestContext.Current.CancellationToken
            );
        using var entra = new Entra();
        using var tokens = new TeamsTokens(
            Options(options =>
                (options.Certificate, options.CertificatePassword) = (
                    file,
                    name.EndsWith("pfx", StringComparison.Ordinal) ? "pass" : ""
                )
            ),
            entra
        );
        (await tokens.GetAsync(false, TestContext.Current.CancellationToken)).ShouldBe("token-1");
        entra.Requests.Single().Body.ShouldContain("client_assertion=");
    }

    [Fact]
    public async Task A_managed_identity_is_asked_of_the_machine()
    {
        using var entra = new Entra();
        using var tokens = new TeamsTokens(Options(options => options.ManagedIdentity = true), entra);
        (await tokens.GetAsync(false, TestContext.Current.CancellationToken)).ShouldStartWith("token-");
        entra.Requests.ShouldContain(request =>
            request.Address.StartsWith(
                "http://169.254.169.254/metadata/identity/oauth2/token",
                StringComparison.Ordinal
            ) && request.Address.Contains(AppId, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_refusal_of_entra_is_reported_and_retried_later()
    {
        using var entra = new Entra
        {
            Error =
                """{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided."}""",
        };
        using var tokens = new TeamsTokens(Options(options => options.ClientSecret = "wrong"), entra);
        (
            await Should.ThrowAsync<ChatUnavailableException>(() =>
                tokens.GetAsync(false, TestContext.Current.CancellationToken)
            )
        ).Message.ShouldContain("AADSTS7000215");
        entra.Error = null;
        (await tokens.GetAsync(false, TestContext.Current.CancellationToken)).ShouldBe("token-1");
    }

    [Fact]
    public async Task Without_credentials_there_is_no_token()
    {
        using var tokens = new TeamsTokens(Options(options => options.AllowUnauthenticated = true));
        (await tokens.GetAsync(false, TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    private const string AppId = "11111111-2222-3333-4444-555555555555";

    private static TeamsOptions Options(Action<TeamsOptions> change)
    {
        var options = new TeamsOptions { AppId = AppId, TenantId = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee" };
        change(options);
        return options;
    }

    /// <summary>Entra, as far as MSAL asks it: its token endpoint, and the one of a machine in Azure.</summary>
    private sealed class Entra : HttpMessageHandler, IMsalHttpClientFactory
    {
        private readonly HttpClient client;
        private int given;

        public Entra() => client = new(this, disposeHandler: false);

        public List<(string Address, string Body)> Requests { get; } = [];

        public string? Error { get; set; }

        public HttpClient GetHttpClient() => client;

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            Requests.Add(
                (
                    request.RequestUri!.AbsoluteUri,
                    request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken)
                )
            );
            var ends = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
            return new(Error is null ? HttpStatusCode.OK : HttpStatusCode.BadRequest)
            {
                Content = new StringContent(
                    Error
                        ?? $$"""
                        {"token_type":"Bearer","access_token":"token-{{++given}}","expires_in":"3599",
                        "expires_on":"{{ends}}","resource":"https://api.botframework.com"}
                        """,
                    Encoding.UTF8,
                    "application/json"
                ),
            };
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                client.Dispose();
            base.Dispose(disposing);
        }
    }
}
