using System.Text.Json;

namespace AutoScaling.Kubernetes.Benchmarks;

/// <summary>What scaling a fleet took.</summary>
internal sealed record FleetResult
{
    public required FleetTimes Times { get; init; }

    /// <summary>CPU time of the autoscaler, in seconds.</summary>
    public required double Cpu { get; init; }

    /// <summary>Memory of the autoscaler's process, in MB.</summary>
    public required double Memory { get; init; }

    /// <summary>CPU time of the API server, in seconds: all of its clients together.</summary>
    public required double ServerCpu { get; init; }

    public required RequestCounts Requests { get; init; }
}

/// <summary>How long after the jump the deployments were scaled, in seconds.</summary>
internal sealed record FleetTimes(int Total, int Scaled, string Median, string Max)
{
    /// <summary>Reads what fleet.mjs prints after a flip.</summary>
    public static FleetTimes Parse(string output)
    {
        using var json = JsonDocument.Parse(output.Split('\n').Last(l => l.StartsWith('{')));
        var times = json.RootElement;
        return new(times.GetProperty("total").GetInt32(), times.GetProperty("scaled").GetInt32(), times.GetProperty("p50_s").GetString()!, times.GetProperty("max_s").GetString()!);
    }
}
