namespace MetaKube.ChatOps.KubeLlm;

/// <summary>A llama-server that one of our processes has started, as written down for the others on this machine.</summary>
/// <param name="Process">Its process id.</param>
/// <param name="Owner">The process that started it and stops it.</param>
/// <param name="Port">Where it listens.</param>
/// <param name="Model">The file that it has loaded.</param>
internal sealed record RunningServer(int Process, int Owner, int Port, string Model);
