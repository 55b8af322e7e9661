using System.Collections.Immutable;
using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Lint;

/// <summary>Finds loads at which a policy goes from one count to another and back again, for ever.</summary>
internal static class FlappingLint
{
    private const int LongestRound = 30, MostPlayed = 8, TicksPerHold = 100;

    public static IEnumerable<LintFinding> Check(LintSubject subject)
    {
        if (subject.Counting.IsEmpty || subject.Policy.Range.Min == subject.Policy.Range.Max) return [];
        var grid = new LoadGrid(subject);
        var played = 0;
        foreach (var count in grid.Counts)
        {
            foreach (var load in grid.For(count))
            {
                var trial = new Trial(subject, load, count);
                if (Round(trial, count) is not { } round) continue;

                // Guards that end one round end nearly all of them, so only the first ones are played.
                if (Play(subject, trial, count) is { } lasts)
                    return [Find(subject, Neatest(subject, trial, grid, round), round, lasts)];
                if (++played == MostPlayed) return [];
            }
        }

        return [];
    }

    /// <summary>The counts that follow each other without guards, if they lead back to the first.</summary>
    private static ImmutableArray<int>? Round(Trial trial, int start)
    {
        var next = trial.Ask(start).To;
        if (next == start) return null;
        var counts = ImmutableArray.Create(start);
        while (next != start)
        {
            if (counts.Length == LongestRound || counts.Contains(next)) return null;
            counts = counts.Add(next);
            next = trial.Ask(next).To;
        }

        // The same round always begins with its least count, wherever it was found.
        var first = counts.IndexOf(counts.Min());
        return [.. counts[first..], .. counts[..first]];
    }

    /// <summary>How long a round takes with the policy's own guards; <see langword="null"/> if they end it.</summary>
    private static TimeSpan? Play(LintSubject subject, Trial trial, int start)
    {
        var hold = Hold(subject.Policy.Behavior.ScaleUp) + Hold(subject.Policy.Behavior.ScaleDown);
        var tick = TimeSpan.FromTicks(Math.Max(subject.Interval.Ticks, hold.Ticks / TicksPerHold));
        var turns = new List<DateTimeOffset>();
        var (state, count, now, last) = (ScalingState.New, start, Supposed.Epoch, ScaleDirection.Stay);
        for (var i = 0; i < 6 * TicksPerHold && turns.Count < 6; i++, now += tick)
        {
            var decision = ScalingDecisionEngine.Decide(trial.Guarded, state, trial.Observe(count, count, now), now);
            state = state.After(decision, decision.Direction == ScaleDirection.Stay ? ScaleOutcome.Unchanged : ScaleOutcome.Applied);
            count = decision.To;
            if (decision.Direction == ScaleDirection.Stay || decision.Direction == last) continue;
            last = decision.Direction;
            turns.Add(now);
        }

        return turns.Count == 6 ? turns[5] - turns[3] : null;
    }

    private static TimeSpan Hold(DirectionBehavior direction)
    {
        var hold = direction.Cooldown > direction.StabilizationWindow ? direction.Cooldown : direction.StabilizationWindow;
        return direction.RateLimits.Select(limit => limit.Period).Append(hold).Max();
    }

    /// <summary>The same round at the very edge, if there is one: its figures are those of the policy.</summary>
    private static Trial Neatest(LintSubject subject, Trial found, LoadGrid grid, ImmutableArray<int> round)
    {
        foreach (var load in grid.AtEdges(round[0]))
        {
            var trial = new Trial(subject, load, round[0]);
            if (Round(trial, round[0]) is { } same && same.SequenceEqual(round)) return trial;
        }

        return found;
    }

    private static LintFinding Find(LintSubject subject, Trial trial, ImmutableArray<int> round, TimeSpan lasts)
    {
        var up = trial.Ask(round[0]);
        var down = round.Select(trial.Ask).First(decision => decision.Direction == ScaleDirection.Down);
        var (adding, high) = LintBlame.Of(up);
        var (removing, low) = LintBlame.Of(down);
        var other = adding == removing ? "" : subject.NameOf(removing) + " ";
        var path = round.Length == 2 ? "" : $" ({string.Join(", ", round)}, {round[0]})";
        var right = subject.Policy.Behavior.FlapGuard ? "Let" : "Turn FlapGuard on, or let";
        return LintFinding.Of(
            "flapping-pair",
            $"rules[{subject.Counting[adding].Index}]",
            $"At one and the same load, {subject.NameOf(adding)} asks for {up.To} with {Phrase.Replicas(up.From)}{high}, "
                + $"and {other}for {down.To} with {Phrase.Replicas(down.From)}{low}: "
                + $"the count goes up and down for ever{path}, one round in about {Phrase.Of(lasts)}. "
                + $"{right} {subject.NameOf(removing)} ask for fewer than {down.From} "
                + $"only at loads for which {(down.To == 1 ? "1 is" : $"{down.To} are")} enough.");
    }
}
