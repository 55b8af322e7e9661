using System.Net;
using System.Net.Sockets;

namespace AutoScaling.Prometheus.Tests.Server;

/// <summary>
/// Ports for other programs, below those that the system gives to whoever asks for any: between the look and the program's start nobody takes
/// them. Each is given once.
/// </summary>
internal static class FreePorts
{
    private const int First = 20_000;
    private const int Count = 10_000;

    private static int _next = Environment.ProcessId * 37 % Count;

    /// <summary>So many in a row.</summary>
    public static int Take(int count = 1)
    {
        while (true)
        {
            var first = First + ((Interlocked.Add(ref _next, count) - count) % Count);
            if (Enumerable.Range(first, count).All(IsFree)) return first;
        }
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
