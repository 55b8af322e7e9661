using Microsoft.Extensions.Logging;

namespace AutoScaling.Processes;

/// <summary>Turns what a worker writes into log entries.</summary>
internal static class OutputPump
{
    private const int LongestLine = 4096;
    private const int StackBytes = 256 * 1024;

    /// <summary>Reads until the last process that can write has ended.</summary>
    public static void Start(string replica, TextReader output, ILogger log)
    {
        // A thread of its own, because even an asynchronous read of a pipe blocks a thread, and that would be one of the host's pool
        // (dotnet/runtime#81896).
        var thread = new Thread(() => Pump(replica, output, log), StackBytes) { IsBackground = true, Name = $"{replica} output" };
        thread.Start();
    }

    /// <summary>Logs line by line; a line that does not end is cut, so that it cannot fill the memory.</summary>
    public static void Pump(string replica, TextReader output, ILogger log)
    {
        using var _ = output;
        var line = new char[LongestLine];
        var length = 0;
        while (output.Read(line, length, LongestLine - length) is var read && read > 0)
        {
            length += read;
            var rest = line.AsSpan(0, length);
            while (rest.IndexOf('\n') is var end && end >= 0)
            {
                log.OutputLine(replica, rest[..end].TrimEnd('\r').ToString());
                rest = rest[(end + 1)..];
            }

            if (rest.Length == LongestLine)
            {
                log.OutputLine(replica, rest.ToString());
                rest = default;
            }

            length = rest.Length;
            rest.CopyTo(line);
        }

        if (length > 0) log.OutputLine(replica, new string(line, 0, length));
    }
}
