using System.Collections.Concurrent;
using System.Collections.Immutable;
using AutoScaling.Ports;
using Microsoft.Extensions.DependencyInjection;

namespace AutoScaling.Evaluating;

/// <summary>The metric sources and scalers that the host registered, by name; no name is the default.</summary>
internal sealed class RegisteredPorts(IServiceProvider services, IEnumerable<MetricsDecorator> decorators, IEnumerable<INamedPorts> named)
{
    private readonly ConcurrentDictionary<string, IScaler> _scalers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IMetricsProvider> _metrics = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, (IMetricsProvider Inner, IMetricsProvider Decorated)> _named =
        new(StringComparer.Ordinal);

    /// <summary>Those that may be others later.</summary>
    public ImmutableArray<INamedPorts> Named { get; } = [.. named];

    public IMetricsProvider? Metrics(string? source) => _metrics.TryGetValue(source ?? "", out var known) ? known : FindMetrics(source);

    public IScaler? Scaler(string? name) => _scalers.TryGetValue(name ?? "", out var known) ? known : FindScaler(name);

    /// <summary>The source itself, without the cache before it, if it can say whether it understands a metric.</summary>
    public IMetricsCheck? Check(string? source) =>
        (source is null ? services.GetService<IMetricsProvider>() : services.GetKeyedService<IMetricsProvider>(source)) as IMetricsCheck;

    /// <summary>Reads ports that may be others later; what is wrong with them is told.</summary>
    public static IReadOnlyList<string> Read(INamedPorts ports)
    {
        try
        {
            ports.Read();
            return [];
        }
        catch (ScalingException e)
        {
            return [.. e.Errors.Select((error, i) => i > 0 ? error : $"In {ports.Name}: {error}")];
        }
    }

    /// <summary>
    /// What a policy's target is to its scaler; <see langword="null"/> if there is no such scaler, or it cannot read the name.
    /// </summary>
    public string? Identify(ScalingPolicy policy, out IReadOnlyList<string> errors)
    {
        errors = [];
        try
        {
            if (Scaler(policy.Scaler) is { } scaler) return scaler.Identify(policy.Target);
            errors =
            [
                policy.Scaler is null
                    ? $"Policy '{policy.Target}' needs a scaler, but none is registered: "
                        + "call UseScaler, UseProcesses or, to try things out, UseSimulation."
                    : $"Policy '{policy.Target}' names the scaler '{policy.Scaler}', but none is registered under that name: "
                        + $"call AddScaler(\"{policy.Scaler}\", ...).",
            ];
        }
        catch (Exception e)
        {
            // Whatever a registered factory or a scaler throws.
            errors = (e as ScalingException)?.Errors ?? [e.Message];
        }

        return null;
    }

    /// <summary>What a policy asks for and the host did not register, or cannot do, one sentence each.</summary>
    public IEnumerable<string> Missing(ScalingPolicy policy)
    {
        Identify(policy, out var errors);
        foreach (var error in errors) yield return error;
        if (HalfMadeUp(policy) is { } half) yield return half;
        foreach (var error in MissingSources(policy, $"Policy '{policy.Target}'")) yield return error;
        foreach (var shadow in policy.Shadows)
        {
            if (shadow.Policy.Target != policy.Target)
            {
                yield return $"Shadow '{shadow.Name}' of policy '{policy.Target}' must be for the same service, "
                    + $"but is for '{shadow.Policy.Target}'.";
            }

            foreach (var error in MissingSources(shadow.Policy, $"Shadow '{shadow.Name}' of policy '{policy.Target}'")) yield return error;
        }
    }

    private IMetricsProvider? FindMetrics(string? source)
    {
        var found = source is null ? services.GetService<IMetricsProvider>() : services.GetKeyedService<IMetricsProvider>(source);
        if (found is not null) return _metrics.GetOrAdd(source ?? "", _ => Decorated(found));
        return source is not null && Named.Select(ports => ports.Metrics(source)).FirstOrDefault(m => m is not null) is { } now
            ? FindNamed(source, now)
            : null;
    }

    /// <summary>A source that may be another one later, decorated once: what a cache knows of the earlier one goes with it.</summary>
    private IMetricsProvider FindNamed(string source, IMetricsProvider now)
    {
        if (_named.TryGetValue(source, out var known) && known.Inner == now) return known.Decorated;
        return _named.AddOrUpdate(source, _ => (now, Decorated(now)), (_, other) => other.Inner == now ? other : (now, Decorated(now)))
            .Decorated;
    }

    private IMetricsProvider Decorated(IMetricsProvider source) => decorators.Aggregate(source, (inner, d) => d.Decorate(inner));

    private IScaler? FindScaler(string? name)
    {
        var found = name is null ? services.GetService<IScaler>() : services.GetKeyedService<IScaler>(name);
        if (found is not null) return _scalers.GetOrAdd(name ?? "", found);
        return name is null ? null : Named.Select(ports => ports.Scaler(name)).FirstOrDefault(scaler => scaler is not null);
    }

    /// <summary>What is wrong with a policy of whose default ports one is made up and the other one is not.</summary>
    private string? HalfMadeUp(ScalingPolicy policy)
    {
        if (!policy.Sources.Any(asked => asked.Source is null)) return null;
        if (services.GetService<IMetricsProvider>() is not { } metrics || Scaler(policy.Scaler) is not { } scaler) return null;
        if (metrics is IMadeUp && scaler is not IMadeUp)
        {
            return $"Policy '{policy.Target}' has a scaler that scales, but made-up metrics: "
                + "call UseMetrics after UseSimulation too, or leave UseSimulation out.";
        }

        return metrics is not IMadeUp && scaler is IMadeUp && policy.Scaler is null && services.GetService<SimulationInUse>() is not null
            ? $"Policy '{policy.Target}' has metrics that are measured, but a scaler that only counts: "
                + "call UseScaler after UseSimulation too, or leave UseSimulation out."
            : null;
    }

    private IEnumerable<string> MissingSources(ScalingPolicy policy, string who)
    {
        foreach (var source in policy.Sources.Select(s => s.Source))
        {
            if (Metrics(source) is not null) continue;
            yield return source is null
                ? $"{who} needs metrics, but no source is registered: call UseMetrics, UseProcesses or, to try things out, UseSimulation."
                : $"{who} names the metric source '{source}', but none is registered under that name: call AddMetrics(\"{source}\", ...).";
        }
    }
}
