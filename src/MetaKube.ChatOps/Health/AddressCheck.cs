using System.Net;
using System.Net.Http.Headers;

namespace MetaKube.ChatOps.Health;

/// <summary>Checks that a server answers a GET request with success.</summary>
internal static class AddressCheck
{
    /// <param name="part">The part's name in the result.</param>
    /// <param name="server">The server's name at the start of a sentence.</param>
    /// <param name="address">The address to request.</param>
    /// <param name="setting">The setting that names the address.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="key">A bearer token, or empty.</param>
    public static async Task<CheckResult> RunAsync(
        string part,
        string server,
        Uri address,
        string setting,
        CancellationToken cancellationToken,
        string key = ""
    )
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (key.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode)
                return new(part, CheckStatus.Ok, $"{server} answers at {address.Authority}.");
            return new(
                part,
                CheckStatus.Failed,
                $"{server} answers {(int)response.StatusCode} at {address}.",
                response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                    ? "Check its credentials."
                    : $"Check {setting}."
            );
        }
        catch (HttpRequestException e)
        {
            return new(
                part,
                CheckStatus.Failed,
                $"{server} cannot be reached at {address.Authority}: {e.Message}",
                $"Check {setting}."
            );
        }
    }
}
