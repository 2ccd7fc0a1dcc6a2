namespace MetaKube.Redis;

/// <summary>Memory cannot be opened; the message is one sentence for a person.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
