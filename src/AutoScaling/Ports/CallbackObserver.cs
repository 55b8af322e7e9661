namespace AutoScaling.Ports;

/// <summary>An observer that is only a callback.</summary>
internal sealed class CallbackObserver(Action<ScalingRecord> evaluated) : IScalingObserver
{
    public void OnEvaluated(ScalingRecord record) => evaluated(record);
}
