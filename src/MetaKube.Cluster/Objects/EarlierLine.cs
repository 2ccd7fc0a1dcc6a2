namespace MetaKube.Cluster.Objects;

/// <summary>A line before the end of a long log that looks like an error.</summary>
/// <param name="Text">The line, with the lines of its stack trace.</param>
/// <param name="Count">The number of lines of the same template in the whole log.</param>
/// <param name="LinesToEnd">The number of lines that follow it.</param>
internal sealed record EarlierLine(string Text, int Count, int LinesToEnd);
