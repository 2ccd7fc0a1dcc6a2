using System;
using System.Diagnostics;

namespace MetaKube.Tests.Slack;

/// <summary>
/// Slack's own packages, where METAKUBE_TEST_SLACK names the folder that they are installed in
/// (tests/slack/package.json).
/// </summary>
internal static class SlackNpm
{
    public static string Folder
    {
        get
        {
            var folder = Environment.GetEnvironmentVariable("METAKUBE_TEST_SLACK");
            Assert.SkipWhen(
                string.IsNullOrEmpty(folder),
                "METAKUBE_TEST_SLACK names no folder with Slack's npm packages"
            );
            return folder!;
        }
    }

    public static Process Start(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("node", arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
