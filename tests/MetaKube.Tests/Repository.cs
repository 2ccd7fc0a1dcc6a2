using MetaKube.Fakes;

namespace MetaKube.Tests;

/// <summary>Where this repository is, seen from the built tests.</summary>
internal static class Repository
{
    public static readonly string Root = Path.GetDirectoryName(Path.GetDirectoryName(Scenario.DefaultFolder()))!;
}
