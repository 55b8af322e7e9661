using System.Globalization;

namespace AutoScaling.Kubernetes.Benchmarks;

/// <summary>What Linux says of a process.</summary>
internal static class Proc
{
    // What Linux counts CPU time in towards programs, on every machine.
    private const double TicksPerSecond = 100;

    /// <summary>CPU time so far, in seconds.</summary>
    public static double Cpu(int pid)
    {
        // The name, in brackets, may hold spaces.
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    /// <summary>The most memory it ever had, in MB.</summary>
    public static double PeakMemory(int pid) => Memory(pid, "VmHWM:");

    /// <summary>The memory it has, in MB.</summary>
    public static double Memory(int pid) => Memory(pid, "VmRSS:");

    /// <summary>Whether it runs; one that has ended and is not yet taken note of does not.</summary>
    public static bool IsAlive(int pid)
    {
        try
        {
            return !File.ReadLines($"/proc/{pid}/status").Any(l => l.StartsWith("State:\tZ", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static double Memory(int pid, string key)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith(key, StringComparison.Ordinal));
        return double.Parse(line.Split(' ', '\t', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
