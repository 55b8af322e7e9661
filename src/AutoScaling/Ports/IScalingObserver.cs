namespace AutoScaling;

/// <summary>Is told of every evaluation, of one after the other. Implementations throw nothing; what they throw is logged.</summary>
/// <remarks>
/// Nobody waits for an observer: what it is yet to be told waits, up to two evaluations of each target and 10,000 at least. What comes on
/// top is lost. One that does not come back from a record within the evaluation timeout loses what waits and what follows, until it has
/// come back. Log and status say so, and how many records it has lost.
/// </remarks>
public interface IScalingObserver
{
    /// <summary>An evaluation, or a scaling by hand, has ended.</summary>
    /// <param name="record">What was seen, decided and done.</param>
    void OnEvaluated(ScalingRecord record);
}
