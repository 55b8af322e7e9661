using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Lint;

/// <summary>Finds policies that add replicas again for the same load because the first new ones do not serve yet.</summary>
/// <remarks>
/// The policy is played, with its guards, on a load that does not change and for which the replicas of its first step suffice. It is found
/// if it adds more before the first of them serves. A rule that counts replicas which are still starting does not add more, and is not
/// found; all rules of the library count them.
/// </remarks>
internal static class CooldownLint
{
    private const int MostCounts = 8, MostTicks = 60;

    public static IEnumerable<LintFinding> Check(LintSubject subject)
    {
        var up = subject.Policy.Behavior.ScaleUp;

        // A stabilization window holds a policy back as a cooldown does: until it is over, the smaller counts that were recommended before
        // the first step are in it, and the smallest count in it is the one that is asked for.
        var hold = up.Cooldown > up.StabilizationWindow ? up.Cooldown : up.StabilizationWindow;
        if (subject.Counting.IsEmpty || hold >= subject.StartDelay || subject.Interval >= subject.StartDelay) return [];

        var grid = new LoadGrid(subject);
        foreach (var count in grid.Counts.Take(MostCounts))
        {
            foreach (var load in grid.For(count))
            {
                var trial = new Trial(subject, load, count);
                var enough = trial.Ask(count);
                if (enough.To <= count || trial.Ask(enough.To).To > enough.To) continue;
                var reached = Play(subject, trial, count);
                if (reached > enough.To) return [Find(subject, enough, reached)];
            }
        }

        return [];
    }

    /// <summary>The count that the policy wants when the first new replicas begin to serve.</summary>
    private static int Play(LintSubject subject, Trial trial, int ready)
    {
        var tick = TimeSpan.FromTicks(Math.Max(subject.Interval.Ticks, subject.StartDelay.Ticks / MostTicks));
        var desired = ready;
        var state = ScalingState.New;
        var served = DateTimeOffset.MaxValue;
        var now = Supposed.Epoch;
        for (var i = 0; i < 2 * (MostTicks + 1) && now < served; i++)
        {
            var decision = ScalingDecisionEngine.Decide(subject.Guarded!, state, trial.Observe(desired, ready, now), now);
            state = state.After(decision, decision.Direction == ScaleDirection.Stay ? ScaleOutcome.Unchanged : ScaleOutcome.Applied);
            if (decision.To < desired) return desired;
            if (decision.To > desired && desired == ready) served = now + subject.StartDelay;
            desired = decision.To;
            now += tick;
        }

        return desired;
    }

    private static LintFinding Find(LintSubject subject, ScalingDecision first, int reached)
    {
        var (rule, value) = LintBlame.Of(first);
        var cooldown = subject.Policy.Behavior.ScaleUp.Cooldown;
        var delay = Phrase.Exact(subject.StartDelay);
        var wrong = cooldown > TimeSpan.Zero
            ? $"A cooldown of {Phrase.Exact(cooldown)} is shorter than the {delay} that replicas take to start"
            : $"There is no cooldown while replicas take {delay} to start";
        return LintFinding.Of(
            "short-cooldown",
            "behavior.scaleUp.cooldown",
            $"{wrong}, so {subject.NameOf(rule)} adds again for the same load: "
                + $"with {Phrase.Replicas(first.From)}{value} it asks for {first.To}, which suffice, "
                + $"and by the time the first of them serves there are {reached}. "
                + $"Set it to {delay} or more.");
    }
}
