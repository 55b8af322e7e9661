using AutoScaling.Kubernetes;
using AutoScaling.Tool.Input;

namespace AutoScaling.Tool.Status;

/// <summary>Reads how targets stand from the ScalingPolicies of a cluster: the help of kubectl without a plugin.</summary>
/// <param name="options">Which cluster, and where in it.</param>
internal sealed class StatusContext(KubernetesOptions options) : IStatusPlace
{
    public string Name => options.Context is { } context ? $"the context '{context}'" : "the kubeconfig's context";

    public async Task<StatusReport> ReadAsync(string? target, CancellationToken stop)
    {
        try
        {
            var lines = await ScalingPolicyResource.ReadAsync(options, cancellationToken: stop);
            if (target is null) return new([.. lines.Select(Of)]);
            StatusReport report = new([.. lines.Where(line => Is(line.Target, target) || Is(line.Resource, target)).Select(Of)]);
            return report.Targets.IsEmpty ? throw new CommandException($"In {Name} no ScalingPolicy says anything of '{target}'.") : report;
        }
        catch (ScalingException e) when (e.Kind == ScalingErrorKind.ScalingFailed)
        {
            throw new CommandException($"The ScalingPolicies in {Name} cannot be read: {e.Message}.");
        }
    }

    private static bool Is(string name, string target) => string.Equals(name, target, StringComparison.Ordinal);

    private static TargetLine Of(ScalingPolicyLine line) => new()
    {
        Target = line.Target,
        At = line.LastScaleTime,
        Ready = line.Ready,
        Wanted = line.Desired,
        Range = line is { Min: { } min, Max: { } max } ? new(min, max) : null,
        Outcome = line.IsTrouble ? "error" : line.Decision,
        HeldBack = line is { HeldBackBy: { } by, HeldBackFrom: { } from, HeldBackTo: { } to }
            ? new(by, from, to, line.HeldBackUntil)
            : null,
        Override = line.Override,
        Explanation = line.IsTrouble ? $"The ScalingPolicy '{line.Resource}': {line.Explanation}" : line.Explanation,
        IsTrouble = line.IsTrouble,
    };
}
