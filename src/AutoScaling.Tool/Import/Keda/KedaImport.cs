using System.Collections.Immutable;
using AutoScaling.Tool.Import.Hpa;

namespace AutoScaling.Tool.Import.Keda;

/// <summary>A ScaledObject of KEDA (keda.sh/v1alpha1) as a policy.</summary>
internal static class KedaImport
{
    /// <summary>The policy; <see langword="null"/> if there is none, which is told.</summary>
    public static ScalingPolicy? Read(ImportResource resource, PrometheusServers servers)
    {
        var spec = resource.Spec;
        var reference = spec.Block("scaleTargetRef");
        if (reference.Text("envSourceContainerName") is not null)
            reference.Differs("envSourceContainerName", "is where triggers find their variables; sources of the host have their own");
        var service = TargetNames.Of(resource, reference);
        var behavior = Advanced(spec.Block("advanced"), resource.Options);
        var scale = KedaScale.Read(spec);
        var reader = new KedaTriggers(servers);
        ImmutableArray<KedaTrigger> triggers = [.. spec.List("triggers").Select(t => reader.Read(t, scale)).OfType<KedaTrigger>()];
        var fallback = KedaFallback.Read(spec.Block("fallback"), triggers.Any(t => t.HasFallback));
        var interval = scale.Interval(spec);
        if (scale.GoesToZero && scale.Cooldown < behavior.ScaleDown.StabilizationWindow)
        {
            spec.Differs(
                "cooldownPeriod", "is shorter than the stabilization window of scale-downs, which holds the last replicas here, too");
        }

        if (service is null || resource.Report.IsInvalid) return null;
        if (triggers.IsEmpty)
        {
            resource.Report.Unmapped("spec.triggers", spec.Line, "hold none that a rule could be made of, so there is no policy of it");
            return null;
        }

        var policy = new ScalingPolicy
        {
            Target = service,
            Range = new(LeastOf(spec, scale, triggers), scale.Max),
            Interval = interval,
            Rules = [.. triggers.Select(t => RuleOf(t, scale, behavior))],
            Metrics = [.. triggers.Select(t => ExpectationOf(t, fallback, resource.Options)).OfType<MetricExpectation>()
                .DistinctBy(e => e.Metric)],
            Behavior = behavior,
        };
        TellNulls(resource, triggers);
        return KedaPause.Of(policy, resource.Annotations);
    }

    private static ScalingBehavior Advanced(Fields advanced, ImportOptions options)
    {
        var hpa = advanced.Block("horizontalPodAutoscalerConfig");
        hpa.Pass("name");
        if (advanced.Flag("restoreToOriginalReplicaCount") is true)
        {
            advanced.Unmapped(
                "restoreToOriginalReplicaCount", "has no match: a target keeps its replicas when its policy is taken away");
        }

        if (advanced.Has("scalingModifiers"))
        {
            advanced.Unmapped(
                "scalingModifiers", "have no match: each trigger became a rule of its own, of which the one that asks for the most counts. "
                + "Of triggers that ask one Prometheus, write the formula as one expression");
        }

        return HpaBehavior.Read(hpa.Block("behavior"), options);
    }

    /// <summary>The least replicas of the policy: 0 where KEDA would go there, and something leads back.</summary>
    private static int LeastOf(Fields spec, KedaScale scale, ImmutableArray<KedaTrigger> triggers)
    {
        if (!scale.GoesToZero) return scale.Min;
        if (triggers.Any(t => t.Activation is not null || t.Rule is ScheduleRule))
        {
            if (triggers.Any(t => t.Activation is null && t.Rule is TargetTrackingRule))
            {
                spec.Differs(
                    scale.Idle is null ? "minReplicaCount" : "idleReplicaCount",
                    "is 0, about which KEDA does not ask triggers of cpu and memory: here they keep 1 replica while it is used");
            }

            return 0;
        }

        if (spec.Has("minReplicaCount") || spec.Has("idleReplicaCount"))
            spec.Differs("minReplicaCount", "is 1: no trigger leads back from 0 replicas, and the HPA of KEDA has 1 at least, too");
        return Math.Max(1, scale.Min);
    }

    private static ScalingRule RuleOf(KedaTrigger trigger, KedaScale scale, ScalingBehavior behavior)
    {
        if (trigger is not { Activation: { } above, Rule: TargetTrackingRule rule }) return trigger.Rule;
        if (!scale.GoesToZero)
        {
            if (above != 0)
            {
                trigger.From.Block("metadata").Differs(
                    "activationThreshold", "is only for the way from 0, in KEDA as here, and this never goes there: it is left out");
            }

            return rule;
        }

        var least = Math.Max(1, scale.Min);
        if (scale.Idle is not null && scale.Min > 1)
        {
            trigger.From.Block("metadata").Differs(
                "activationThreshold",
                $"says that there are {least} replicas at least above it; below it, until the cooldown is over, there may be fewer");
        }

        return rule with { Activation = new() { Above = above, Replicas = least, IdleTime = scale.IdleTime(behavior) } };
    }

    private static MetricExpectation? ExpectationOf(KedaTrigger trigger, KedaFallback? fallback, ImportOptions options)
    {
        if (trigger is not { HasFallback: true, Rule: TargetTrackingRule rule }) return null;
        if (fallback is not null) return fallback.Of(trigger, rule.Metric);
        return options.IsExact && trigger.Expectation is { } known ? known with { After = TimeSpan.Zero } : trigger.Expectation;
    }

    private static void TellNulls(ImportResource resource, ImmutableArray<KedaTrigger> triggers)
    {
        if (resource.Options.IsExact || !triggers.Any(t => t.Expectation is not null)) return;
        resource.Report.Differs(
            "spec.triggers", resource.Spec.Line,
            "take no series for 0 (ignoreNullValues), at once in KEDA, and here some minutes after the last reading (after), "
            + "so that a server that forgets scales nothing down");
    }
}
