using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AutoScaling.Documents;
using AutoScaling.Ports;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace AutoScaling.Processes;

/// <summary>Gives a scaler the specs of a section of the configuration, and gives them again when they change.</summary>
internal sealed class ConfiguredProcesses(IConfigurationSection section, ProcessScaler scaler) : INamedPorts
{
    private IChangeToken? _token;
    private ImmutableHashSet<string> _given = ImmutableHashSet.Create<string>(StringComparer.Ordinal);
    private ImmutableHashSet<string> _gone = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    public string Name => $"the configuration section '{section.Path}'";

    public IScaler? Scaler(string name) => null;

    public IMetricsProvider? Metrics(string name) => null;

    public bool HasChanged() => _token?.HasChanged != false;

    public void Read()
    {
        _token = section.GetReloadToken();
        var document = new JsonObject();
        if (ConfigurationNodes.From(section) is { } node) document[ProcessSettings.Key] = node;
        var specs = ProcessSettings.Table.Read(document, "", []);
        scaler.Put(specs, _given);
        var now = specs.Select(spec => spec.Target.Name).ToImmutableHashSet(StringComparer.Ordinal);
        _gone = _gone.Union(_given).Except(now);
        _given = _given.Union(now);
    }

    public IReadOnlyList<string> Forget(IEnumerable<ScalingPolicy> policies)
    {
        if (_gone.IsEmpty) return [];
        var used = policies.Select(policy => policy.Target.Name).Where(_gone.Contains).ToImmutableSortedSet(StringComparer.Ordinal);
        foreach (var name in _gone.Except(used)) scaler.Forget(name);
        _given = _given.Except(_gone.Except(used));
        _gone = _gone.Intersect(used);
        return
        [
            .. used.Select(name =>
                $"Processes must have '{name}' as long as policy '{name}' is there, but has it no longer; they stay as they were."),
        ];
    }
}
