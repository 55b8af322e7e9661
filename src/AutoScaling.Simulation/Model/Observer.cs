using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace AutoScaling.Simulation.Model;

/// <summary>What a policy can read of the modelled service: sampled, averaged and late.</summary>
internal sealed class Observer
{
    private readonly Workload _workload;
    private readonly ServiceModel _model;
    private readonly ImmutableArray<(MetricRef Metric, ModelMetric Shows)> _metrics;
    private readonly long _step;

    // A ring of the last steps only: as far back as a reading can reach.
    private readonly Totals[] _totals;
    private readonly float[] _backlog;

    public Observer(Workload workload, ScalingPolicy policy, float[] backlog)
    {
        _workload = workload;
        _model = workload.Model;
        _step = workload.Step.Ticks;
        _backlog = backlog;
        _totals = new Totals[Reach(_model.Pipeline, _step, backlog.Length)];
        _metrics = [.. policy.Rules.SelectMany(r => r.Metrics).Distinct().Select(m => (m, Shows(policy, m)))];
    }

    /// <summary>Takes in what happened in a step.</summary>
    public void Add(int step, in QueueStep happened)
    {
        var seconds = _workload.Step.TotalSeconds;
        var before = Until(step);
        var served = happened.Served * _model.ConcurrencyPerReplica / _model.CapacityPerReplica;
        Until(step + 1) = new(
            before.Busy + (double.IsNaN(happened.Utilization) ? 0 : happened.Utilization * seconds),
            before.Concurrency + served + ((happened.Before + happened.After) / 2 * seconds),
            before.Arrived + happened.Arrived);
    }

    /// <summary>What can be read at the start of a step.</summary>
    public ServiceMetrics Read(int step, Fleet fleet)
    {
        var pipeline = _model.Pipeline;
        var published = (step * _step) - pipeline.PublicationLag.Ticks;
        var sampled = (published < 0 ? -1 : published / pipeline.ScrapePeriod.Ticks) * pipeline.ScrapePeriod.Ticks;
        var end = (int)Math.Max(0, sampled / _step);
        var begin = (int)Math.Max(0, end - Math.Max(1, pipeline.Window.Ticks / _step));
        var readings = ImmutableArray.CreateBuilder<MetricReading>(_metrics.Length);
        foreach (var (metric, shows) in _metrics) readings.Add(Read(metric, shows, begin, end, fleet));
        return new(readings.MoveToImmutable());
    }

    private MetricReading Read(MetricRef metric, ModelMetric shows, int begin, int end, Fleet fleet)
    {
        var at = _workload.Trace.Start.AddTicks(end * _step);
        if (shows.Signal == ModelSignal.Constant) return MetricReading.Available(metric, shows.Value, at);
        if (end == 0) return MetricReading.Missing(metric, "there is no sample yet");
        var seconds = (end - begin) * _workload.Step.TotalSeconds;
        return shows.Signal switch
        {
            ModelSignal.Utilization => Utilization(metric, begin, end, at, fleet),
            ModelSignal.ArrivalRate => MetricReading.Available(metric, (Until(end).Arrived - Until(begin).Arrived) / seconds, at),
            ModelSignal.Concurrency => MetricReading.Available(metric, (Until(end).Concurrency - Until(begin).Concurrency) / seconds, at),
            _ => MetricReading.Available(metric, _backlog[end - 1], at),
        };
    }

    private MetricReading Utilization(MetricRef metric, int begin, int end, DateTimeOffset at, Fleet fleet)
    {
        var (replicas, starting) = (fleet.ReadyReplicas, fleet.StartingReplicas);
        var readings = new ReplicaReading[replicas.Count + starting.Count];
        var window = _model.Pipeline.Window;
        var settled = (Until(end).Busy - Until(begin).Busy) / ((end - begin) * _workload.Step.TotalSeconds);
        var sum = 0.0;
        var measured = 0;
        for (var i = 0; i < replicas.Count; i++)
        {
            var replica = replicas[i];
            double? value = settled;
            if (replica.ReadyAt > begin * _step)
            {
                // A replica that became ready within the window is averaged from then on.
                var since = (int)((replica.ReadyAt + _step - 1) / _step);
                value = since < end ? (Until(end).Busy - Until(since).Busy) / ((end - since) * _workload.Step.TotalSeconds) : null;
            }

            if ((end * _step) - replica.ReadyAt < _model.Pipeline.InitialDelay.Ticks) value = null;
            if (value is { } v)
            {
                sum += v;
                measured++;
            }

            readings[i] = new(replica.Name, value, request: 1, at, window);
        }

        // Who starts has requested its share, and uses nothing of it that could be measured.
        for (var i = 0; i < starting.Count; i++) readings[replicas.Count + i] = new(starting[i].Name, null, request: 1, at, window);

        return measured == 0
            ? MetricReading.Missing(metric, replicas.Count == 0 ? "no replica is ready" : "no replica has a sample yet")
            : MetricReading.Available(metric, 100 * sum / measured, at, ImmutableCollectionsMarshal.AsImmutableArray(readings));
    }

    private ref Totals Until(int step) => ref _totals[step % _totals.Length];

    // How many steps a reading may reach back from the step that has just begun: lag, scrape period and window.
    private static long Reach(MetricPipeline pipeline, long step, int steps)
    {
        var window = Math.Max(1, pipeline.Window.Ticks / step);
        return Math.Min(steps, (pipeline.PublicationLag.Ticks / step) + (pipeline.ScrapePeriod.Ticks / step) + window + 3) + 1;
    }

    private ModelMetric Shows(ScalingPolicy policy, MetricRef metric) => _model.Metrics.TryGetValue(metric.Name, out var shows)
        ? shows
        : throw new ScalingException([
            $"Metric '{metric}' of policy '{policy.Target}' must be one that the model publishes "
            + $"({string.Join(", ", _model.Metrics.Keys)}), but is not: "
            + $"say in Metrics what '{metric.Name}' shows, or give it a constant value."]);

    /// <summary>What has come together from the start of the trace until the start of a step.</summary>
    /// <param name="Busy">Seconds of full use of a replica.</param>
    /// <param name="Concurrency">Requests times seconds.</param>
    /// <param name="Arrived">Requests.</param>
    private readonly record struct Totals(double Busy, double Concurrency, double Arrived);
}
