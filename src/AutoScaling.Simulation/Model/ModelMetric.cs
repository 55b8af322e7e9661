using AutoScaling.Primitives;

namespace AutoScaling.Simulation;

/// <summary>What a metric of the modelled service shows.</summary>
public enum ModelSignal
{
    /// <summary>A constant: the model does not know it.</summary>
    Constant,

    /// <summary>Utilization of the ready replicas in percent of their capacity, at most 100; by replica.</summary>
    Utilization,

    /// <summary>Requests that arrive per second, in the unit of the load.</summary>
    ArrivalRate,

    /// <summary>Requests that wait, in the unit of the load times seconds.</summary>
    Queue,

    /// <summary>Requests that are served or wait (Little's law).</summary>
    Concurrency,
}

/// <summary>A metric that the modelled service publishes under a name.</summary>
public sealed record ModelMetric
{
    private ModelMetric(ModelSignal signal, double value)
    {
        Signal = signal;
        Value = value;
    }

    /// <summary>What it shows.</summary>
    public ModelSignal Signal { get; }

    /// <summary>The value of a <see cref="ModelSignal.Constant"/>; otherwise 0.</summary>
    public double Value { get; }

    /// <summary>A metric that follows the model.</summary>
    /// <param name="signal">What it shows.</param>
    public static ModelMetric Of(ModelSignal signal) => new(signal, 0);

    /// <summary>A metric that never changes, for what the model does not know, such as memory.</summary>
    /// <param name="value">Its value.</param>
    /// <exception cref="ScalingException">It is not finite (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static ModelMetric Constant(double value) => new(ModelSignal.Constant, Bounds.Finite.Check(value, nameof(Value)));

    /// <summary>What it shows, in words; the value of a constant.</summary>
    public override string ToString() => Signal == ModelSignal.Constant ? Phrase.Exact(Value) : Phrase.Words($"{Signal}", ' ');
}
