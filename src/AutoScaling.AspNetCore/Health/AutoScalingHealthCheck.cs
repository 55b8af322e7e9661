using AutoScaling.Primitives;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AutoScaling.AspNetCore.Health;

/// <summary>Says how the autoscaler stands, as a sentence for each trouble and as data.</summary>
internal sealed class AutoScalingHealthCheck(IAutoScaler autoScaler, AutoScalingHealthOptions options, TimeProvider time) : IHealthCheck
{
    private readonly TroubleTimes _times = new();
    private readonly Lock _lock = new();
    private DateTimeOffset? _since; // since when evaluations are expected of this copy

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        lock (_lock) return Task.FromResult(Check(autoScaler.GetStatus(), time.GetUtcNow()));
    }

    private HealthCheckResult Check(AutoScalerStatus status, DateTimeOffset now)
    {
        var data = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["targets"] = status.Targets.Length,
            ["enabled"] = status.ActivePolicies,
        };
        if (status.LastEvaluatedAt is { } at) data["lastEvaluatedAt"] = at;
        if (status.Leadership is { } leadership)
        {
            data["leads"] = leadership.Leads;
            if (leadership.Leader is not null) data["leader"] = leadership.Leader;
        }

        var report = new HealthReportBuilder(data);
        if (!status.ReloadErrors.IsEmpty)
            report.Add(options.ReloadErrors, "reloadErrors", status.ReloadErrors, "Changed policies were not loaded, the old ones stay");
        if (status.StateTrouble is { } state)
            report.Add(options.FailingStateStore, "stateStore", [state], "What is remembered is not safe");
        string[] others = [.. status.Troubles.Where(t => !string.Equals(t, status.StateTrouble, StringComparison.Ordinal))];
        if (others.Length > 0) report.Add(options.FailingObservers, "troubles", others, "Not all who observe are told");

        // A copy that stands by evaluates nothing, and what it knew of the targets is old.
        if (status.Leadership is { Leads: false } standby)
        {
            _since = null;
            _times.Forget();
            var who = standby.Leader is null ? "no leader is known" : $"'{standby.Leader}' leads";
            return report.Build($"This copy stands by; {who}.");
        }

        AddLoop(report, status, now);
        AddTargets(report, status, now);
        return report.Build(status.Targets.IsEmpty
            ? "There is no target, so nothing is scaled."
            : $"{status.ActivePolicies} of {status.Targets.Length} targets are evaluated.");
    }

    private void AddLoop(HealthReportBuilder report, AutoScalerStatus status, DateTimeOffset now)
    {
        if (status.ActivePolicies == 0)
        {
            _since = null;
            return;
        }

        _since ??= now;
        var patience = status.Targets.Where(t => t.Enabled).Min(t => t.Interval) * 3;
        if (patience < options.UnhealthyAfter) patience = options.UnhealthyAfter;
        var last = status.LastEvaluatedAt > _since ? status.LastEvaluatedAt.Value : _since.Value;
        if (now - last <= patience) return;
        var what = status.LastEvaluatedAt is { } at ? $"The last evaluation was {Phrase.Of(now - at)} ago" : "Nothing was evaluated yet";
        report.Add(options.DeadLoop, "deadLoop", [$"{what}, and there should be one within {Phrase.Of(patience)}"], "The loop is dead");
    }

    private void AddTargets(HealthReportBuilder report, AutoScalerStatus status, DateTimeOffset now)
    {
        var (blind, failed, saturated) = (new List<string>(), new List<string>(), new List<string>());
        _times.Begin(now);
        foreach (var target in status.Targets.Where(t => t.Enabled))
        {
            var name = target.Target.Name;
            var failure = TargetTrouble.Failure(target);
            if (_times.Lasts("blind", name, target.IsBlind, options.TroubleAfter))
                blind.Add($"{name}: {TargetTrouble.Blindness(target)}");
            if (_times.Lasts("failed", name, failure is not null, options.TroubleAfter)) failed.Add($"{name}: {failure}");
            if (_times.Lasts("saturated", name, TargetTrouble.IsSaturated(target), options.SaturatedAfter))
                saturated.Add(
                    $"{name}: {target.LastDecision!.Recommended} are asked for, and its maximum is {target.LastDecision.Range.Max}");
        }

        _times.End();
        if (blind.Count > 0)
            report.Add(options.NoUsableMetrics, "noUsableMetrics", blind, $"{Targets(blind.Count)} without usable metrics");
        if (failed.Count > 0) report.Add(options.FailedScaling, "failedScaling", failed, $"{Targets(failed.Count)} not read or scaled");
        if (saturated.Count > 0)
            report.Add(options.Saturated, "saturated", saturated, $"{Targets(saturated.Count)} at the maximum though more is asked for");
    }

    private static string Targets(int count) => count == 1 ? "1 target is" : $"{count} targets are";
}
