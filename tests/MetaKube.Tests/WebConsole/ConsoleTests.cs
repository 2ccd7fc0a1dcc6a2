using System;
using System.Net;
using MetaKube.Fakes.Chat;
using MetaKube.Fakes.Clusters;
using MetaKube.Fakes.Teams;
using MetaKube.Tests.Chat;
using MetaKube.Tests.Redis;
using Microsoft.Playwright;

namespace MetaKube.Tests.WebConsole;

/// <summary>The console in a real browser, and its authentication.</summary>
public sealed class ConsoleTests
{
    private const string Token = "a-token-nobody-guesses";

    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_newcomer_asks_in_the_browser_sees_the_answer_and_teaches_it()
    {
        var chromium = Environment.GetEnvironmentVariable("METAKUBE_TEST_CHROMIUM");
        Assert.SkipWhen(string.IsNullOrEmpty(chromium), "METAKUBE_TEST_CHROMIUM names no Chromium");
        await using var console = await StartAsync([]);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = chromium, Args = ["--no-sandbox"] }
        );
        var page = await browser.NewPageAsync(
            new()
            {
                ViewportSize = new() { Width = 1100, Height = 1000 },
            }
        );
        var errors = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                errors.Add(message.Text);
        };
        await AskAndTeachAsync(page, console.Bot.Address);
        await AskAgainAsync(page, console.Bot.Address);
        await page.GotoAsync(console.Bot.Address.AbsoluteUri);
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(2);
        await ShootAsync(page, "console-home");
        errors.ShouldBeEmpty();
    }

    private static async Task AskAndTeachAsync(IPage page, Uri console)
    {
        await page.GotoAsync(console.AbsoluteUri);
        await page.GetByLabel("Question").FillAsync("why is checkout crashing?");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask" }).ClickAsync();
        await Assertions
            .Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToContainTextAsync("checkout in team-10 cannot start: Secret checkout-db does not exist");
        await Assertions.Expect(page.Locator("pre").First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".chain li")).Not.ToHaveCountAsync(0);
        await ShootAsync(page, "console-answer");
        await page.GetByLabel("What fixed it").FillAsync("created the Secret checkout-db");
        await page.GetByRole(AriaRole.Button, new() { Name = "This fixed it" }).ClickAsync();
        await Assertions
            .Expect(page.Locator(".facts"))
            .ToContainTextAsync("console:operator: fixed: created the Secret checkout-db");
    }

    /// <summary>The second answer comes from memory, and the pages of memory show what was learnt.</summary>
    private static async Task AskAgainAsync(IPage page, Uri console)
    {
        await page.GotoAsync(console.AbsoluteUri);
        await page.GetByLabel("Question").FillAsync("checkout is down again");
        await page.GetByLabel("Question").PressAsync("Enter");
        await Assertions.Expect(page.GetByText("answered from memory").First).ToBeVisibleAsync();
        foreach (
            var (link, text) in ((string, string)[])
                [("Episodes", "config.missing-secret"), ("Patterns", "No patterns yet"), ("Learning", "Routing")]
        )
        {
            await page.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).ClickAsync();
            await Assertions.Expect(page.Locator("main")).ToContainTextAsync(text);
        }
        await ShootAsync(page, "console-learning");
    }

    [Fact]
    public async Task Without_a_token_it_is_for_this_machine_alone_and_other_sites_can_send_nothing()
    {
        await using var console = await StartAsync([]);
        (await console.GetAsync("/", ("Host", "localhost"))).Status.ShouldBe(HttpStatusCode.OK);
        // A foreign host name that resolves to this machine, and a proxy that forwards from anywhere.
        (await console.GetAsync("/", ("Host", "evil.example"))).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await console.GetAsync("/", ("X-Forwarded-For", "10.0.0.1"))).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await console.PostAsync("/ask", "question=x", ("Origin", "https://evil.example"))).ShouldBe(
            HttpStatusCode.Forbidden
        );
        (await console.PostAsync("/ask", "question=x", ("Sec-Fetch-Site", "cross-site"))).ShouldBe(
            HttpStatusCode.Forbidden
        );
        (await console.PostAsync("/ask", "question=x")).ShouldBe(HttpStatusCode.Forbidden);
        (await console.GetAsync("/investigations/nothing")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await console.GetAsync("/episodes/nothing")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task With_a_token_one_signs_in()
    {
        await using var console = await StartAsync(new() { ["Console:Token"] = Token });
        var origin = ("Origin", console.Bot.Address.AbsoluteUri.TrimEnd('/'));
        (await console.GetAsync("/")).Location.ShouldBe("/sign-in");
        (await console.PostAsync("/ask", "question=x", origin)).ShouldBe(HttpStatusCode.Unauthorized);
        (await console.PostAsync("/sign-in", "token=wrong", origin)).ShouldBe(HttpStatusCode.OK);
        (await console.GetAsync("/")).Location.ShouldBe("/sign-in");
        (await console.GetAsync("/", ("Cookie", "metakube=9999999999.00"))).Location.ShouldBe("/sign-in");
        (await console.PostAsync("/sign-in", $"token={Token}", origin)).ShouldBe(HttpStatusCode.Redirect);
        (await console.GetAsync("/")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_sign_in_lasts_over_a_restart_and_no_longer_than_its_token()
    {
        MemoryServers.SkipWithout(MemoryServer.Redis);
        var name = $"test-{Guid.NewGuid():N}";
        Dictionary<string, string> With(string secret) =>
            new()
            {
                ["Console:Token"] = secret,
                ["Redis:Connection"] = MemoryServers.Redis!,
                ["Redis:Name"] = name,
            };
        string cookie;
        await using (var console = await StartAsync(With(Token)))
        {
            using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false })
            {
                BaseAddress = console.Bot.Address,
            };
            using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in")
            {
                Content = new StringContent($"token={Token}", null, "application/x-www-form-urlencoded"),
                Headers = { { "Sec-Fetch-Site", "same-origin" } },
            };
            using var signed = await browser.SendAsync(request, token);
            cookie = signed.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        }
        await using (var again = await StartAsync(With(Token)))
            (await again.GetAsync("/", ("Cookie", cookie))).Status.ShouldBe(HttpStatusCode.OK);
        await using (var other = await StartAsync(With("another-token-nobody-guesses")))
            (await other.GetAsync("/", ("Cookie", cookie))).Location.ShouldBe("/sign-in");
    }

    [Fact]
    public async Task By_an_identity_provider_one_signs_in_under_ones_own_name()
    {
        await using var provider = await IdentityProvider.StartAsync();
        await using var console = await StartAsync(Behind(provider, ("Users:0", "ADA@example.com")));
        (await console.GetAsync("/")).Location.ShouldBe("/sign-in");
        using var browser = console.Browser();
        (await browser.GetStringAsync("/", token)).ShouldContain("Sign in with 127.0.0.1");
        (await browser.GetStringAsync("/sign-in/provider", token)).ShouldContain("Ask");
        using var asked = await PostAsync(browser, "/ask", "question=why+is+checkout+crashing");
        var page = "";
        await ChatFixture.UntilAsync(async () =>
            (page = await browser.GetStringAsync(asked.RequestMessage!.RequestUri!, token)).Contains(
                "This fixed it",
                StringComparison.Ordinal
            )
        );
        using var judged = await PostAsync(
            browser,
            System.Text.RegularExpressions.Regex.Match(page, "/episodes/[^/]+/verdict").Value,
            "verdict=fixed"
        );
        (await judged.Content.ReadAsStringAsync(token)).ShouldContain("console:ada@example.com: fixed");
        using var left = await PostAsync(browser, "/sign-out", "");
        (await browser.GetStringAsync("/", token)).ShouldContain("Sign in with");

        Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string form)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new StringContent(form, null, "application/x-www-form-urlencoded"),
            };
            request.Headers.Add("Sec-Fetch-Site", "same-origin");
            return client.SendAsync(request, token);
        }
    }

    [Theory]
    [InlineData("""{"sub":"eve-1","email":"eve@example.com","email_verified":true}""", "ada@example.com", "", false)]
    // An address that the provider has not verified may be another person's.
    [InlineData("""{"sub":"eve-1","email":"ada@example.com"}""", "ada@example.com", "", false)]
    [InlineData("""{"sub":"eve-1","email":"ada@example.com","email_verified":false}""", "ada@example.com", "", false)]
    [InlineData("""{"sub":"ada-1"}""", "ada-1", "", true)]
    [InlineData("""{"sub":"bob-1","groups":["cooks","on-call"]}""", "", "on-call", true)]
    [InlineData("""{"sub":"bob-1","groups":["cooks"]}""", "", "on-call", false)]
    [InlineData("""{"sub":"bob-1"}""", "*", "", true)]
    public async Task Only_who_is_named_or_in_a_group_is_let_in(string person, string user, string group, bool isLetIn)
    {
        await using var provider = await IdentityProvider.StartAsync();
        provider.Person = System.Text.Json.Nodes.JsonNode.Parse(person)!.AsObject();
        await using var console = await StartAsync(
            Behind(
                provider,
                [
                    .. user.Length > 0 ? [("Users:0", user)] : Array.Empty<(string, string)>(),
                    .. group.Length > 0 ? [("Groups:0", group)] : Array.Empty<(string, string)>(),
                ]
            )
        );
        using var browser = console.Browser();
        (await browser.GetStringAsync("/sign-in/provider", token)).ShouldContain(
            isLetIn ? "Ask" : "You may not sign in here"
        );
        (await browser.GetStringAsync("/", token)).ShouldContain(isLetIn ? "Ask" : "Sign in with");
    }

    [Fact]
    public async Task A_token_that_the_provider_did_not_sign_is_refused()
    {
        await using var provider = await IdentityProvider.StartAsync();
        using var other = new TokenIssuer(() => provider.Url);
        await using var console = await StartAsync(Behind(provider, ("Users:0", "*")));
        using var browser = console.Browser();
        (await browser.GetStringAsync("/sign-in/provider", token)).ShouldContain("Ask");
        using var stranger = console.Browser();
        provider.Signs = (claims, _) => other.Token(claims, new() { ["kid"] = provider.Issuer.KeyId });
        (await stranger.GetStringAsync("/sign-in/provider", token)).ShouldContain("You may not sign in here");
        provider.Signs = (claims, issuer) =>
        {
            claims["nonce"] = "of another request";
            return issuer.Token(claims);
        };
        (await stranger.GetStringAsync("/sign-in/provider", token)).ShouldContain("You may not sign in here");
        // A redirect from the provider that no sign-in requested.
        (await stranger.GetStringAsync("/sign-in/back?code=x&state=y", token)).ShouldContain(
            "You may not sign in here"
        );
    }

    [Theory]
    [InlineData("Authority", "http://login.example.com", "without encryption")]
    [InlineData("ClientId", "", "ClientId is missing")]
    [InlineData("Users:0", null, "nobody could sign in")]
    [InlineData("Authority", null, "Authority is missing")]
    public async Task A_provider_that_is_set_up_by_half_is_refused_at_the_start(
        string setting,
        string? value,
        string why
    )
    {
        await using var provider = await IdentityProvider.StartAsync();
        var settings = Behind(provider, ("Users:0", "*"));
        if (value is null)
            settings.Remove($"Console:{setting}");
        else
            settings[$"Console:{setting}"] = value;
        (
            await Should.ThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => StartAsync(settings))
        ).Message.ShouldContain(why);
    }

    private static Dictionary<string, string> Behind(
        IdentityProvider provider,
        params (string Name, string Value)[] more
    )
    {
        var settings = new Dictionary<string, string>
        {
            ["Console:Authority"] = provider.Url,
            ["Console:ClientId"] = IdentityProvider.Client,
            ["Console:ClientSecret"] = IdentityProvider.Secret,
        };
        foreach (var (name, value) in more)
            settings[$"Console:{name}"] = value;
        return settings;
    }

    [Fact]
    public async Task Questions_and_evidence_are_text_on_the_page_and_never_code()
    {
        await using var console = await StartAsync([]);
        var origin = ("Origin", console.Bot.Address.AbsoluteUri.TrimEnd('/'));
        (
            await console.PostAsync(
                "/ask",
                $"question={Uri.EscapeDataString("why is checkout <script>alert(1)</script> \" onload=x crashing")}",
                origin
            )
        ).ShouldBe(HttpStatusCode.Redirect);
        var page = "";
        await ChatFixture.UntilAsync(async () =>
            (page = (await console.GetAsync("/")).Text).Contains("config.missing-secret", StringComparison.Ordinal)
        );
        page.ShouldNotContain("<script");
        page.ShouldContain("&lt;script&gt;");
        var (_, _, _, policy) = await console.GetAsync("/");
        policy.ShouldContain("default-src 'none'");
    }

    private static Task ShootAsync(IPage page, string name) =>
        Environment.GetEnvironmentVariable("METAKUBE_SCREENSHOTS") is { Length: > 0 } folder
            ? page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png") })
            : Task.CompletedTask;

    private static async Task<Console> StartAsync(Dictionary<string, string> settings)
    {
        var cluster = await SimulatedCluster.StartAsync();
        cluster.AddDump(MetaKubeProgram.Dump("config-missing-secret"));
        var folder = new TemporaryFolder();
        settings["Memory:ExplorationRate"] = "0";
        return new(cluster, folder, await Bot.StartAsync(cluster.Source(), folder.Path, settings, TestLog.Instance));
    }

    private sealed class Console(SimulatedCluster cluster, TemporaryFolder folder, Bot bot) : IAsyncDisposable
    {
        private readonly HttpClient http = new(new HttpClientHandler { AllowAutoRedirect = false })
        {
            BaseAddress = bot.Address,
        };

        public Bot Bot => bot;

        public async Task<(HttpStatusCode Status, string? Location, string Text, string Policy)> GetAsync(
            string path,
            params (string Name, string Value)[] headers
        )
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            foreach (var (name, value) in headers)
                request.Headers.TryAddWithoutValidation(name, value);
            using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
            return (
                response.StatusCode,
                response.Headers.Location?.ToString(),
                await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                response.Headers.TryGetValues("Content-Security-Policy", out var policy) ? string.Join(' ', policy) : ""
            );
        }

        /// <summary>A browser's cookies, and its way of going where it is led.</summary>
        public HttpClient Browser() =>
            new(new HttpClientHandler { CookieContainer = new() }) { BaseAddress = bot.Address };

        public async Task<HttpStatusCode> PostAsync(
            string path,
            string form,
            params (string Name, string Value)[] headers
        )
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new StringContent(form, null, "application/x-www-form-urlencoded"),
            };
            foreach (var (name, value) in headers)
                request.Headers.TryAddWithoutValidation(name, value);
            using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
            return response.StatusCode;
        }

        public async ValueTask DisposeAsync()
        {
            http.Dispose();
            await bot.DisposeAsync();
            await cluster.DisposeAsync();
            folder.Dispose();
        }
    }
}
