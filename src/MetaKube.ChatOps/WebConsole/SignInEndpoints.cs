using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace MetaKube.ChatOps.WebConsole;

/// <summary>The console's sign-in page, and signing out.</summary>
internal static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder console, ConsoleOptions options)
    {
        console.MapGet(
            ConsoleSignIn.Page,
            (string? refused) =>
                SignInPage(
                    options,
                    refused is null ? null : "You may not sign in here, or signing in failed; see the bot's log."
                )
        );
        // Without the casts these would bind to RequestDelegate, which discards their results.
        console.MapPost(ConsoleSignIn.Page, (Delegate)((HttpContext http) => SignInAsync(http, options)));
        console.MapPost("/sign-out", (Delegate)SignOutAsync);
        if (options.Authority is not null)
            console.MapGet(ConsoleSignIn.Provider, ConsoleSignIn.Challenge);
    }

    private static async Task<IResult> SignInAsync(HttpContext http, ConsoleOptions options)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        return await ConsoleSignIn.TrySignInAsync(http, options, form["token"].ToString())
            ? Results.LocalRedirect("/")
            : SignInPage(options, "That is not Console:Token.");
    }

    private static async Task<IResult> SignOutAsync(HttpContext http)
    {
        await ConsoleSignIn.SignOutAsync(http);
        return Results.LocalRedirect(ConsoleSignIn.Page);
    }

    private static RazorComponentResult SignInPage(ConsoleOptions options, string? refusal) =>
        ConsolePage.Of<SignInPage>(
            ("Refusal", refusal),
            ("Authority", options.Authority?.Host),
            ("TakesToken", options.Token.Length > 0)
        );
}
