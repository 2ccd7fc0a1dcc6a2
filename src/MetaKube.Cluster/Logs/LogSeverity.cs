namespace MetaKube.Cluster.Logs;

/// <summary>The severity of a log line, the mildest first.</summary>
internal enum LogSeverity
{
    /// <summary>The line names no level.</summary>
    None,
    Debug,
    Info,
    Warning,
    Error,
    Fatal,
}
