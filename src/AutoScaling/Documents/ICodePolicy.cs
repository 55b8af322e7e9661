namespace AutoScaling.Documents;

/// <summary>A policy that the host's code gives, made once the defaults are known.</summary>
internal interface ICodePolicy
{
    ScalingPolicy Create(PolicyDefaults defaults);
}

/// <summary>A whole policy.</summary>
internal sealed class GivenPolicy(ScalingPolicy policy) : ICodePolicy
{
    public ScalingPolicy Create(PolicyDefaults defaults) => policy;
}

/// <summary>A policy of the defaults, but for what the code sets.</summary>
internal sealed class ConfiguredPolicy(string service, Func<ScalingPolicy, ScalingPolicy> configure) : ICodePolicy
{
    public ScalingPolicy Create(PolicyDefaults defaults) => configure(ScalingPolicy.For(service, defaults));
}

/// <summary>A policy of the defaults, but for the short form's settings.</summary>
internal sealed class ShortPolicy(string service, ShortSettings settings) : ICodePolicy
{
    public ShortSettings Settings => settings;

    public ScalingPolicy Create(PolicyDefaults defaults) => ScalingPolicy.For(service, defaults with
    {
        Range = defaults.Range.With(settings.Min, settings.Max),
        CpuTarget = settings.CpuTarget ?? defaults.CpuTarget,
        MemoryTarget = settings.MemoryTarget ?? defaults.MemoryTarget,
    });
}

/// <summary>What the short form of a policy sets.</summary>
internal sealed record ShortSettings(int? Min, int? Max, double? CpuTarget, double? MemoryTarget);
