using AutoScaling.Primitives;

namespace AutoScaling.AspNetCore.Following;

/// <summary>What keeps a target from what its rules ask for, and until when.</summary>
internal static class HeldBack
{
    public static (string? What, DateTimeOffset? Until) Of(TargetStatus target)
    {
        if (target.Override is { } said) return (said.ToString(), said.Until);
        if (target.LastDecision is not { Steps: { IsEmpty: false } steps } decision) return (null, null);
        var last = steps[^1];
        foreach (var step in steps)
        {
            if (step.To == decision.To) last = step;
        }

        var guard = Phrase.Words($"{last.Guard}", ' ');
        return ($"{guard}: {Phrase.Exact(last.From)} asked for, {Phrase.Exact(last.To)} let through", last.Until);
    }
}
