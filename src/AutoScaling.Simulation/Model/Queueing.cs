namespace AutoScaling.Simulation.Model;

/// <summary>What happens to the requests of the modelled service, as a fluid: arrivals, a shared queue, capacity, timeouts.</summary>
internal sealed class Queueing(ServiceModel model)
{
    /// <summary>The requests that wait.</summary>
    public double Backlog { get; private set; }

    /// <summary>Takes one step.</summary>
    /// <param name="load">Requests that arrive per second.</param>
    /// <param name="capacity">Requests that can be served per second.</param>
    /// <param name="seconds">The length of the step.</param>
    /// <param name="recent">
    /// Requests that arrived within the timeout, those of this step included: no others can still wait when nothing is served.
    /// </param>
    public QueueStep Serve(double load, double capacity, double seconds, double recent)
    {
        var before = Backlog;
        var arrived = load * seconds;
        var served = Math.Min(before + arrived, capacity * seconds);
        var waiting = Math.Max(0, before + arrived - served);
        var most = capacity > 0 ? capacity * model.Timeout.TotalSeconds : recent;
        var dropped = Math.Max(0, waiting - most);
        Backlog = waiting - dropped;
        return new(arrived, served, dropped, capacity > 0 ? served / (capacity * seconds) : double.NaN, before, Backlog);
    }
}

/// <summary>One step of the queue, in requests.</summary>
/// <param name="Arrived">Arrived.</param>
/// <param name="Served">Served.</param>
/// <param name="Dropped">Dropped, because they would wait too long.</param>
/// <param name="Utilization">Served, as a share of what could be; NaN if nothing could.</param>
/// <param name="Before">Waited at the start of the step.</param>
/// <param name="After">Waits at its end.</param>
internal readonly record struct QueueStep(double Arrived, double Served, double Dropped, double Utilization, double Before, double After);
