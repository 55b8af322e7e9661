namespace AutoScaling.Ports;

/// <summary>Wraps every metric source, as a cache does.</summary>
internal sealed record MetricsDecorator(Func<IMetricsProvider, IMetricsProvider> Decorate);
