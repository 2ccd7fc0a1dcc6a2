namespace MetaKube.ChatOps.Cli;

/// <summary>The exit statuses of the process.</summary>
internal enum ExitStatus
{
    /// <summary>An answer, also "unknown" and "none".</summary>
    Answered = 0,

    Error = 1,

    WrongUsage = 2,

    /// <summary>The cluster or dump cannot be read.</summary>
    Unreadable = 3,
}
