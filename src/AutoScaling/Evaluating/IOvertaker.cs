namespace AutoScaling.Evaluating;

/// <summary>Whoever has a target evaluated on a thread of its own, and has another thread go on once a port blocks that one.</summary>
internal interface IOvertaker
{
    /// <summary>
    /// Goes on with an evaluation whose thread is lost: anew, as the port that blocks is not called again. Quick, and throws nothing.
    /// </summary>
    /// <param name="target">What <see cref="Evaluation.Of"/> says.</param>
    void Overtake(object target);
}

/// <summary>
/// A port has come back after its evaluation was given up. Another thread has gone on with it, so this one must leave everything alone.
/// </summary>
internal sealed class OvertakenException : Exception;
