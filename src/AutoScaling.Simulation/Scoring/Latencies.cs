using AutoScaling.Primitives;
using AutoScaling.Simulation.Model;

namespace AutoScaling.Simulation.Scoring;

/// <summary>The response times of all requests of a backtest, as a mixture of the distributions of its steps.</summary>
/// <remarks>
/// A step without a backlog is an M/M/m queue in its steady state: m places to be served at, exponential times between arrivals and of
/// service. In a step with a backlog a request waits for what is before it, and is then served. Steps of the same number of replicas and
/// about the same utilization are counted together. Source: Erlang's delay formula, e.g. Kleinrock, Queueing Systems I (1975), section 3.5.
/// </remarks>
internal sealed class Latencies(ServiceModel model)
{
    // Half a percent of utilization, and 5 % of waiting time, are as far as the model can be trusted.
    private const int Buckets = 200;
    private const double Growth = 1.05, LeastWait = 1e-3;

    // The requests that one place serves per second.
    private readonly double _rate = model.CapacityPerReplica / model.ConcurrencyPerReplica;

    // The requests that had a backlog before them, by how long they wait.
    private readonly List<double> _waits = [];

    // All other requests, by ready replicas and then by utilization.
    private readonly List<double[]?> _stable = [];
    private double _all;
    private double _dropped;

    /// <summary>Takes in the requests of a step.</summary>
    public void Add(in QueueStep step, int ready, double capacity)
    {
        _all += step.Arrived;
        _dropped += step.Dropped;
        var weight = Math.Max(0, step.Arrived - step.Dropped);
        if (weight == 0) return;
        if (step.Before <= 0 && step.After <= 0 && ready > 0)
        {
            while (_stable.Count <= ready) _stable.Add(null);
            (_stable[ready] ??= new double[Buckets])[Math.Min(Buckets - 1, (int)(step.Utilization * Buckets))] += weight;
            return;
        }

        // Without capacity nobody knows how long requests wait: they count as waiting until their timeout.
        var wait = capacity > 0 ? (step.Before + step.After) / 2 / capacity : model.Timeout.TotalSeconds;
        var bucket = wait <= LeastWait ? 0 : (int)(Math.Log(wait / LeastWait) / Math.Log(Growth));
        while (_waits.Count <= bucket) _waits.Add(0);
        _waits[bucket] += weight;
    }

    /// <summary>The distribution of all that was taken in.</summary>
    public LatencyDistribution Distribution()
    {
        var mixture = new List<LatencyDistribution.Part>();
        var plain = 0.0;
        for (var ready = 0; ready < _stable.Count; ready++)
        {
            var places = (double)ready * model.ConcurrencyPerReplica;
            for (var bucket = 0; bucket < _stable[ready]?.Length; bucket++)
            {
                var weight = _stable[ready]![bucket];
                if (weight == 0) continue;
                var utilization = (bucket + 0.5) / Buckets;
                var waits = ErlangC.Waiting(places, utilization * places) * weight;
                plain += weight - waits;
                if (waits > 0) mixture.Add(new(waits, places * _rate * (1 - utilization), 0));
            }
        }

        for (var bucket = 0; bucket < _waits.Count; bucket++)
        {
            if (_waits[bucket] > 0) mixture.Add(new(_waits[bucket], double.PositiveInfinity, LeastWait * Math.Pow(Growth, bucket + 0.5)));
        }

        return new(_rate, plain, mixture, _all, _dropped);
    }
}
