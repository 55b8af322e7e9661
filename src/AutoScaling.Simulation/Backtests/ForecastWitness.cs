using System.Collections.Immutable;

namespace AutoScaling.Simulation.Backtests;

/// <summary>What a forecast showed in a step.</summary>
/// <param name="Step">The number of the step.</param>
/// <param name="Outlook">What it showed.</param>
internal readonly record struct ForecastMoment(int Step, ForecastOutlook Outlook);

/// <summary>Keeps what the first <see cref="ForecastRule"/> of a policy says of its forecast, whenever that changes.</summary>
internal sealed class ForecastWitness
{
    // A forecast is made anew each minute. What it would have cost changes at every evaluation, by next to nothing.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly string? _rule;
    private readonly ImmutableArray<ForecastMoment>.Builder _seen = ImmutableArray.CreateBuilder<ForecastMoment>();

    public ForecastWitness(ScalingPolicy? policy) => _rule = policy?.Rules.OfType<ForecastRule>().FirstOrDefault()?.Name;

    public ImmutableArray<ForecastMoment> Seen => _seen.ToImmutable();

    public void Look(int step, TimeSpan length, ScalingDecision decision)
    {
        if (_rule is null) return;
        foreach (ref readonly var said in decision.Recommendations.AsSpan())
        {
            if (!string.Equals(said.Rule, _rule, StringComparison.Ordinal) || ForecastOutlook.Of(said) is not { } outlook) continue;
            var isNew = _seen.Count == 0 || (step - _seen[^1].Step) * length >= Longest || IsOther(_seen[^1].Outlook, outlook);
            if (isNew) _seen.Add(new(step, outlook));
            return;
        }
    }

    private static bool IsOther(ForecastOutlook one, ForecastOutlook other) =>
        !(one.Expected, one.UpTo).Equals((other.Expected, other.UpTo))
        || one.IsOpen != other.IsOpen
        || one.Ahead != other.Ahead
        || !string.Equals(one.Forecaster, other.Forecaster, StringComparison.Ordinal);
}
