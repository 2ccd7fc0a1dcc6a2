using StackExchange.Redis;

namespace MetaKube.Redis;

/// <summary>
/// The Redis server cannot be used: it does not answer, refuses a command, or could not be opened. The message is one
/// sentence for a person. No exception of the client library leaves this project.
/// </summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Translates an exception of the client library.</summary>
    internal static StoreUnavailableException From(Exception exception) =>
        new($"The Redis server fails: {exception.GetType().Name}.", exception);

    /// <summary>True for the exceptions by which the client library reports that the server cannot be used.</summary>
    internal static bool IsFailure(Exception exception) => exception is RedisException or TimeoutException;
}
