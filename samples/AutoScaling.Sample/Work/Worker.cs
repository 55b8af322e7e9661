using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace AutoScaling.Sample.Work;

/// <summary>What a worker process does: it takes jobs from the dispatcher, one after the other, until SIGTERM or the end of the connection.</summary>
internal static class Worker
{
    /// <summary>The hidden command that starts a worker; the dispatcher's port follows.</summary>
    public const string Command = "worker";

    private static readonly byte[] Block = new byte[64 * 1024];

    public static async Task<int> RunAsync(int port)
    {
        using var stopping = new CancellationTokenSource();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        // A terminal's Ctrl-C reaches workers only where there is no setsid; it is the dispatcher's business then, too.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            using var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(IPAddress.Loopback, port, stopping.Token);
            using var reader = new StreamReader(client.GetStream());
            await using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
            while (!stopping.IsCancellationRequested && await reader.ReadLineAsync(stopping.Token) is { } line)
            {
                var id = await DoAsync(line);
                await writer.WriteLineAsync($"{(stopping.IsCancellationRequested ? "last" : "done")} {id}");
            }

            return 0;
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            await Console.Error.WriteLineAsync($"The dispatcher is gone: {e.Message}");
            return 1;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopping.Cancel();
        }
    }

    private static async Task<string> DoAsync(string line)
    {
        var parts = line.Split(' '); // job ID CPU_MS PAUSE_MS
        Hash(TimeSpan.FromMilliseconds(double.Parse(parts[2], CultureInfo.InvariantCulture)));
        await Task.Delay(TimeSpan.FromMilliseconds(double.Parse(parts[3], CultureInfo.InvariantCulture)));
        return parts[1];
    }

    /// <summary>Computes for a given processor time, however long that takes on a machine that is busy.</summary>
    private static void Hash(TimeSpan cpu)
    {
        var end = Environment.CpuUsage.TotalTime + cpu;
        while (Environment.CpuUsage.TotalTime < end) SHA256.HashData(Block, Block.AsSpan(0, SHA256.HashSizeInBytes));
    }
}
