namespace MetaKube.ChatOps.Redis;

/// <summary>Memory cannot be opened; the message is one sentence for a person.</summary>
internal sealed class MemoryUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
