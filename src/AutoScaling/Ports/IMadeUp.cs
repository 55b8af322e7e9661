namespace AutoScaling.Ports;

/// <summary>Marks a port that touches nothing: metrics that nobody measured, a scaler that only counts.</summary>
internal interface IMadeUp;

/// <summary>Says that the host tries things out, by metrics and a scaler that are both made up.</summary>
internal sealed record SimulationInUse;
