namespace AutoScaling.Tests.Deciding;

/// <summary>Assertions on what the guards did.</summary>
internal static class Steps
{
    /// <summary>Nothing held the decision back.</summary>
    public static void AssertFree(this ScalingDecision decision, int to)
    {
        Assert.Empty(decision.Steps);
        Assert.Equal(to, decision.To);
    }

    /// <summary>One guard, and no other, changed the count; <paramref name="until"/> in seconds of a <see cref="Story"/>.</summary>
    public static void AssertHeld(this ScalingDecision decision, ScalingGuard guard, int wanted, int to, double? until)
    {
        var step = Assert.Single(decision.Steps);
        Assert.Equal(
            (guard, wanted, to, until is { } seconds ? Story.At(seconds) : (DateTimeOffset?)null),
            (step.Guard, step.From, step.To, step.Until));
        Assert.Equal(to, decision.To);
    }

    /// <summary>These guards, in this order, each from a count to a count.</summary>
    public static void AssertSteps(this ScalingDecision decision, params (ScalingGuard Guard, int From, int To)[] expected) =>
        Assert.Equal(expected, decision.Steps.Select(s => (s.Guard, s.From, s.To)));
}
