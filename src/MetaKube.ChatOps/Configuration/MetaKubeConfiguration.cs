using Microsoft.Extensions.Configuration;

namespace MetaKube.ChatOps.Configuration;

/// <summary>
/// Standard .NET configuration: appsettings.json in the working directory, then environment variables such as
/// <c>Redis__Connection</c>.
/// </summary>
internal static class MetaKubeConfiguration
{
    public static IConfiguration Load() =>
        new ConfigurationBuilder()
            .SetBasePath(Directory.GetCurrentDirectory())
            .AddJsonFile("appsettings.json", optional: true)
            .AddEnvironmentVariables()
            .Build();
}
