using System.Net;
using System.Security.Claims;
using MetaKube.ChatOps.WebConsole;
using Microsoft.AspNetCore.Http;

namespace MetaKube.Tests.WebConsole;

/// <summary>The requests that reach the console's pages, and those that do not.</summary>
public sealed class ConsoleAccessTests
{
    private const string Allowed = "allowed";

    [Theory]
    [InlineData("127.0.0.1", "localhost", true)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("::1", "[::1]", true)]
    [InlineData("127.0.0.1", "rebound.example.com", false)]
    [InlineData("10.0.0.7", "localhost", false)]
    [InlineData("10.0.0.7", "metakube.example.com", false)]
    public async Task Without_a_sign_in_only_browsers_of_this_machine_are_let_in(string from, string host, bool isLetIn)
    {
        var result = await AskAsync(new(), Request(from, host));
        (result as string == Allowed).ShouldBe(isLetIn);
        if (!isLetIn)
            StatusOf(result).ShouldBe(403);
    }

    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("Forwarded")]
    public async Task Without_a_sign_in_a_request_through_a_proxy_is_refused(string header)
    {
        var request = Request("127.0.0.1", "localhost");
        request.Request.Headers[header] = "10.0.0.7";
        StatusOf(await AskAsync(new(), request)).ShouldBe(403);
    }

    [Theory]
    [InlineData("same-origin", null, true)]
    [InlineData("none", null, true)]
    [InlineData("cross-site", null, false)]
    [InlineData("same-site", null, false)]
    [InlineData("cross-site", "https://evil.example.com", false)]
    [InlineData(null, "http://localhost:5080", true)]
    [InlineData(null, "http://evil.example.com", false)]
    [InlineData(null, "null", false)]
    [InlineData(null, null, false)]
    public async Task A_form_from_another_site_is_refused(string? site, string? origin, bool isLetIn)
    {
        var request = Request("127.0.0.1", "localhost", HttpMethods.Post);
        request.Request.Host = new("localhost", 5080);
        if (site is not null)
            request.Request.Headers["Sec-Fetch-Site"] = site;
        if (origin is not null)
            request.Request.Headers.Origin = origin;
        (await AskAsync(new(), request) as string == Allowed).ShouldBe(isLetIn);
    }

    [Fact]
    public async Task If_a_sign_in_is_required_pages_redirect_to_it_and_forms_are_refused()
    {
        ConsoleOptions options = new() { Token = "0123456789abcdef" };
        StatusOf(await AskAsync(options, Request("10.0.0.7", "metakube.example.com"))).ShouldBe(302);
        var form = Request("10.0.0.7", "metakube.example.com", HttpMethods.Post);
        form.Request.Headers["Sec-Fetch-Site"] = "same-origin";
        StatusOf(await AskAsync(options, form)).ShouldBe(401);
        var signIn = Request("10.0.0.7", "metakube.example.com");
        signIn.Request.Path = ConsoleSignIn.Page;
        (await AskAsync(options, signIn)).ShouldBe(Allowed);
        // This machine's browsers have to sign in as well.
        StatusOf(await AskAsync(options, Request("127.0.0.1", "localhost"))).ShouldBe(302);
    }

    [Fact]
    public async Task A_person_who_signed_in_is_let_in()
    {
        var request = Request("10.0.0.7", "metakube.example.com");
        request.User = new(new ClaimsIdentity("cookie"));
        (await AskAsync(new() { Token = "0123456789abcdef" }, request)).ShouldBe(Allowed);
    }

    [Fact]
    public async Task Each_answer_forbids_scripts_frames_and_caches()
    {
        var request = Request("10.0.0.7", "metakube.example.com");
        await AskAsync(new(), request);
        var headers = request.Response.Headers;
        headers.ContentSecurityPolicy.ToString().ShouldContain("default-src 'none'");
        headers.ContentSecurityPolicy.ToString().ShouldContain("frame-ancestors 'none'");
        headers.XContentTypeOptions.ToString().ShouldBe("nosniff");
        headers.CacheControl.ToString().ShouldBe("no-store");
    }

    private static DefaultHttpContext Request(string from, string host, string method = "GET")
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse(from);
        http.Request.Method = method;
        http.Request.Host = new(host);
        http.Request.Path = "/";
        return http;
    }

    private static async Task<object?> AskAsync(ConsoleOptions options, HttpContext http) =>
        await new ConsoleAccess(options).InvokeAsync(
            EndpointFilterInvocationContext.Create(http),
            static _ => ValueTask.FromResult<object?>(Allowed)
        );

    private static int StatusOf(object? result) =>
        result switch
        {
            IStatusCodeHttpResult { StatusCode: { } status } => status,
            Microsoft.AspNetCore.Http.HttpResults.RedirectHttpResult => 302,
            _ => 200,
        };
}
