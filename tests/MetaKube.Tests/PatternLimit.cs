using System.Runtime.CompilerServices;

namespace MetaKube.Tests;

/// <summary>
/// Gives each regular expression the limit that the program sets, so that a slow one fails its test instead of holding
/// up the run.
/// </summary>
internal static class PatternLimit
{
#pragma warning disable CA2255 // The test project is a program: nothing else runs before the first expression is made.
    [ModuleInitializer]
#pragma warning restore CA2255
    public static void Set() => AppContext.SetData("REGEX_DEFAULT_MATCH_TIMEOUT", TimeSpan.FromSeconds(10));
}
