using System.Collections.Immutable;
using AutoScaling.Evaluating;
using AutoScaling.Ports;

namespace AutoScaling.Hosting;

/// <summary>Reads scalers and metric sources of the configuration again when they change. Used under the registry's lock.</summary>
internal sealed class PortReloads(RegisteredPorts ports, QuietLogger<IAutoScaler> logger)
{
    private ImmutableDictionary<INamedPorts, IReadOnlyList<string>> _errors = ImmutableDictionary<INamedPorts, IReadOnlyList<string>>.Empty;
    private ImmutableArray<string> _gone = [];

    /// <summary>What is wrong with the last reload.</summary>
    public IEnumerable<string> Errors => _errors.Values.SelectMany(errors => errors).Concat(_gone);

    /// <summary>Reads all for the first time.</summary>
    /// <returns>What is wrong with them.</returns>
    public IEnumerable<string> Start() => ports.Named.SelectMany(RegisteredPorts.Read);

    /// <summary>Reads what has changed. What is gone stays until it is forgotten.</summary>
    public void Read()
    {
        foreach (var named in ports.Named.Where(named => named.HasChanged()))
        {
            var errors = RegisteredPorts.Read(named);
            _errors = _errors.SetItem(named, errors);
            if (errors.Count > 0) Log.SettingIgnored(logger, string.Join(' ', errors));
        }
    }

    /// <summary>Forgets what is gone, as far as no policy names it.</summary>
    /// <param name="policies">The policies.</param>
    public void Forget(IEnumerable<ScalingPolicy> policies)
    {
        ImmutableArray<string> gone = [.. ports.Named.SelectMany(named => named.Forget(policies))];
        foreach (var sentence in gone.Except(_gone, StringComparer.Ordinal)) Log.SettingIgnored(logger, sentence);
        _gone = gone;
    }
}
