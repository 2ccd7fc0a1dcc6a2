using System.Text;
using Hangfire;
using Hangfire.Dashboard;
using MetaKube.ChatOps.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MetaKube.ChatOps.Jobs;

/// <summary>Hangfire's dashboard of recurring jobs, read-only and behind a password.</summary>
internal static class JobsDashboard
{
    public static void MapJobs(this IEndpointRouteBuilder routes, JobsOptions options)
    {
        if (options.DashboardToken.Length == 0)
            return;
        routes.MapHangfireDashboard(
            "/jobs",
            new DashboardOptions
            {
                Authorization = [],
                AsyncAuthorization = [new Password(options.DashboardToken)],
                IsReadOnlyFunc = _ => true,
                DashboardTitle = "MetaKube jobs",
                DisplayStorageConnectionString = false,
            },
            routes.ServiceProvider.GetRequiredService<JobStorage>()
        );
    }

    private sealed class Password(string token) : IDashboardAsyncAuthorizationFilter
    {
        public Task<bool> AuthorizeAsync(DashboardContext context)
        {
            var http = context.GetHttpContext();
            if (Given(http.Request.Headers.Authorization.ToString()) is { } given && SharedSecret.Matches(given, token))
                return Task.FromResult(true);
            // Without this header the browser does not ask for the password.
            http.Response.Headers.WWWAuthenticate = "Basic realm=\"MetaKube jobs\", charset=\"UTF-8\"";
            return Task.FromResult(false);
        }

        private static string? Given(string authorization)
        {
            const string basic = "Basic ";
            if (!authorization.StartsWith(basic, StringComparison.OrdinalIgnoreCase))
                return null;
            Span<byte> bytes = stackalloc byte[1024];
            return
                Convert.TryFromBase64String(authorization[basic.Length..].Trim(), bytes, out var length)
                && Encoding.UTF8.GetString(bytes[..length]).Split(':', 2) is [_, var password]
                ? password
                : null;
        }
    }
}
