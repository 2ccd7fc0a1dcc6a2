using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MetaKube.ChatOps.WebConsole;

/// <summary>Results that render a page of the console.</summary>
internal static class ConsolePage
{
    public static RazorComponentResult Of<T>(params (string Name, object? Value)[] parameters)
        where T : IComponent =>
        new RazorComponentResult<T>(parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value));

    /// <summary>The page for HTTP 404.</summary>
    public static IResult NotFound(string why) =>
        new RazorComponentResult<MissingPage>(new Dictionary<string, object?> { ["Why"] = why })
        {
            StatusCode = StatusCodes.Status404NotFound,
        };
}
