using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Logs;

/// <summary>Reads the end of a log: at most so many lines and bytes.</summary>
internal delegate Task<LogRead> LogReader(LogRef log, int lines, int bytes, CancellationToken cancellationToken);
