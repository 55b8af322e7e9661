namespace AutoScaling;

/// <summary>Is told of every evaluation. Implementations are thread-safe, quick, and throw nothing; what they throw is logged.</summary>
public interface IScalingObserver
{
    /// <summary>An evaluation, or a scaling by hand, has ended.</summary>
    /// <param name="record">What was seen, decided and done.</param>
    void OnEvaluated(ScalingRecord record);
}
