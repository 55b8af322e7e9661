namespace AutoScaling.Sample.Work;

/// <summary>One piece of work.</summary>
/// <param name="Id">Its number, in the order of arrival.</param>
/// <param name="Due">When it arrives, since the start of the run.</param>
/// <param name="Cpu">The processor time that it takes.</param>
/// <param name="Pause">How long it then waits, as for a database.</param>
internal sealed record Job(long Id, TimeSpan Due, TimeSpan Cpu, TimeSpan Pause)
{
    // One job after the other, a worker uses 15 / (15 + 60) = 0.2 of a core: its CPU request. Six workers at full use leave room on two cores.
    public static readonly TimeSpan MeanCpu = TimeSpan.FromMilliseconds(15);
    public static readonly TimeSpan MeanPause = TimeSpan.FromMilliseconds(60);
    public static readonly double CpuRequest = MeanCpu / (MeanCpu + MeanPause);
}
