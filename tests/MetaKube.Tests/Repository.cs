using MetaKube.Fakes;

namespace MetaKube.Tests;

/// <summary>The root folder of this repository.</summary>
internal static class Repository
{
    public static readonly string Root = Path.GetDirectoryName(Path.GetDirectoryName(Scenario.DefaultFolder()))!;
}
