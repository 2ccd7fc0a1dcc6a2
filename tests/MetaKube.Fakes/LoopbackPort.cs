using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MetaKube.Fakes;

/// <summary>
/// Ports for programs that cannot choose one themselves. They are below the range of ephemeral ports, so that no other
/// socket takes one between this call and the program's start.
/// </summary>
internal static class LoopbackPort
{
    private const int First = 20_000,
        Count = 10_000;

    private static readonly Lock Gate = new();

    // Test runs on one machine start in different places.
    private static int next = Environment.ProcessId * 97 % Count;

    /// <summary>A port on which nothing listens, given out once in this process.</summary>
    public static int Next()
    {
        lock (Gate)
        {
            for (var tries = 0; tries < Count; tries++)
            {
                next = (next + 1) % Count;
                if (IsFree(First + next))
                    return First + next;
            }
        }
        throw new InvalidOperationException(
            string.Create(CultureInfo.InvariantCulture, $"No port from {First} to {First + Count - 1} is free.")
        );
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
