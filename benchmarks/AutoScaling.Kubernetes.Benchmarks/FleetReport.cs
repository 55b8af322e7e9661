using System.Globalization;

namespace AutoScaling.Kubernetes.Benchmarks;

/// <summary>Prints what both took, side by side.</summary>
internal static class FleetReport
{
    public static void Print(int count, string[] options, FleetResult ours, FleetResult? hpa)
    {
        Console.WriteLine($"{count} one-pod deployments, one evaluation per {FleetSettings.Interval.TotalSeconds:0} s, load from {FleetSettings.LoadBefore} to {FleetSettings.LoadAfter} millicores; machine: {Environment.ProcessorCount} cores");
        Row("", "AutoScaling", "HPA controller", hpa);
        Line("scaled", r => $"{r.Times.Scaled} of {r.Times.Total}");
        Line("until scaled, median", r => $"{r.Times.Median} s");
        Line("until scaled, maximum", r => $"{r.Times.Max} s");
        Line("writes to scale", r => Number(r.Requests.Writes));
        Line("other requests", r => Number(r.Requests.Others.Values.Sum()));
        Line("Events written", r => Number(r.Requests.Events));
        Line("answers that were errors", r => Number(r.Requests.Refused));
        Line("CPU", r => $"{r.Cpu.ToString("0.0", CultureInfo.InvariantCulture)} s");
        Line("memory", r => $"{r.Memory.ToString("0", CultureInfo.InvariantCulture)} MB");
        Line("CPU of the API server", r => $"{r.ServerCpu.ToString("0.0", CultureInfo.InvariantCulture)} s");
        Console.WriteLine($"Other requests of AutoScaling: {string.Join(", ", ours.Requests.Others.Select(o => $"{o.Value} x {o.Key}"))}.");
        if (hpa is not null) Console.WriteLine($"Other requests of the HPA controller: {string.Join(", ", hpa.Requests.Others.Select(o => $"{o.Value} x {o.Key}"))}.");
        Console.WriteLine(FormattableString.Invariant($"AutoScaling: load changed right after what the pods use was listed, which is the worst moment; evaluations spread over the interval; memory is the process's peak, with {string.Join(' ', LoopProcess.SmallContainer.Select(v => $"{v.Key}={v.Value}"))}; in-cluster configuration, lists at most {FleetSettings.MaxListAge.TotalSeconds} s old, at most {FleetSettings.RequestsPerSecond} requests per second; {(options.Contains("--shipped") ? "with Lease, saved state and Kubernetes Events" : options.Contains("--events") ? "with Kubernetes Events" : "without Lease, saved state and Kubernetes Events (--shipped switches them on)")}."));
        if (hpa is not null) Console.WriteLine("HPA controller: at 20 requests per second, its default; load changed at any moment; memory is that at the end.");

        void Line(string name, Func<FleetResult, string> value) => Row(name, value(ours), hpa is null ? "" : value(hpa), hpa);
    }

    private static void Row(string name, string ours, string theirs, FleetResult? hpa) => Console.WriteLine(hpa is null ? $"| {name,-26} | {ours,16} |" : $"| {name,-26} | {ours,16} | {theirs,16} |");

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
