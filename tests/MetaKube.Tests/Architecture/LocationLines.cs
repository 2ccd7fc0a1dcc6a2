using Microsoft.CodeAnalysis;

namespace MetaKube.Tests.Architecture;

/// <summary>Line numbers, counted from 0, of places in a source file.</summary>
internal static class LocationLines
{
    public static int EndLine(this Location location) => location.GetLineSpan().EndLinePosition.Line;
}
