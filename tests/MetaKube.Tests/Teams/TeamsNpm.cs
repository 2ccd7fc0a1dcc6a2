using System.Diagnostics;

namespace MetaKube.Tests.Teams;

/// <summary>
/// Microsoft's packages, where METAKUBE_TEST_TEAMS names the folder that they are installed in
/// (tests/teams/package.json).
/// </summary>
internal static class TeamsNpm
{
    public static string Folder
    {
        get
        {
            var folder = Environment.GetEnvironmentVariable("METAKUBE_TEST_TEAMS");
            Assert.SkipWhen(
                string.IsNullOrEmpty(folder),
                "METAKUBE_TEST_TEAMS names no folder with the npm package of the Agents Playground"
            );
            return folder!;
        }
    }

    /// <summary>Runs check.mjs; what it finds wrong.</summary>
    public static async Task<string> CheckAsync(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("node", [Path.Combine(Folder, "check.mjs"), .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode == 0 || output.Length > 0 ? output : await error;
    }
}
