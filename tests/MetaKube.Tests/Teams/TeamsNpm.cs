namespace MetaKube.Tests.Teams;

/// <summary>Microsoft's packages, where METAKUBE_TEST_TEAMS names the folder that they are installed in (tests/teams/package.json).</summary>
internal static class TeamsNpm
{
    public static string Folder
    {
        get
        {
            var folder = Environment.GetEnvironmentVariable("METAKUBE_TEST_TEAMS");
            Assert.SkipWhen(string.IsNullOrEmpty(folder), "METAKUBE_TEST_TEAMS names no folder with the npm package of the Agents Playground");
            return folder!;
        }
    }
}
