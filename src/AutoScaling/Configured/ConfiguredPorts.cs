using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AutoScaling.Documents;
using AutoScaling.Ports;
using AutoScaling.Primitives;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace AutoScaling.Configured;

/// <summary>
/// The scalers and metric sources of the sections <c>Commands</c>, <c>Http</c> and <c>Meters</c>. One whose settings have not changed stays
/// what it is, with what it holds.
/// </summary>
internal sealed class ConfiguredPorts(IConfiguration section, TimeProvider time) : INamedPorts, IDisposable
{
    private static readonly SettingsTable<Blocks> Table = SettingsTable.Of("AutoScaling", new Blocks([], [], []))
        .Add(new MapSetting<Blocks, CommandBlock>(
            "commands", "Programs, by name.", b => b.Commands, (b, v) => b with { Commands = v }, CommandSettings.Table)
        {
            Named = name => CommandSettings.Table.Seed with { Name = name },
            NameOf = block => block.Name,
        })
        .Add(new MapSetting<Blocks, HttpBlock>("http", "Servers, by name.", b => b.Http, (b, v) => b with { Http = v }, HttpSettings.Table)
        {
            Named = name => HttpSettings.Table.Seed with { Name = name },
            NameOf = block => block.Name,
        })
        .Add(new MapSetting<Blocks, MeterBlock>(
            "meters", "Instruments of the host, by name.", b => b.Meters, (b, v) => b with { Meters = v }, MeterSettings.Table)
        {
            Named = name => MeterSettings.Table.Seed with { Name = name },
            NameOf = block => block.Name,
        });

    private IChangeToken? _token;

    // Replaced as a whole: evaluations read it meanwhile.
    private volatile ImmutableDictionary<string, Entry> _entries = ImmutableDictionary<string, Entry>.Empty;

    public string Name => section is IConfigurationSection named ? $"the configuration section '{named.Path}'" : "the configuration";

    public IScaler? Scaler(string name) => _entries.GetValueOrDefault(name)?.Scaler;

    public IMetricsProvider? Metrics(string name) => _entries.GetValueOrDefault(name)?.Metrics;

    public bool HasChanged() => _token?.HasChanged != false;

    public void Read()
    {
        _token = section.GetReloadToken();
        var document = new JsonObject();
        foreach (var kind in Entry.Kinds)
        {
            if (ConfigurationNodes.From(section.GetSection(kind)) is { } node) document[kind] = node;
        }

        var blocks = Table.Read(document, "", Table.Seed);
        var names = blocks.Commands.Select(b => b.Name).Concat(blocks.Http.Select(b => b.Name)).Concat(blocks.Meters.Select(b => b.Name));
        List<string> twice =
        [
            .. names.GroupBy(name => name, StringComparer.Ordinal).Where(same => same.Count() > 1)
                .Select(same => $"Commands, Http and Meters must have different names, but '{same.Key}' is there twice."),
        ];
        if (twice.Count > 0) throw new ScalingException(twice);
        var old = _entries;
        var entries = ImmutableDictionary.CreateBuilder<string, Entry>(StringComparer.Ordinal);
        foreach (var block in blocks.Commands) Add(Entry.Commands, block.Name, () => block.Make(time));
        foreach (var block in blocks.Http) Add(Entry.Http, block.Name, () => block.Make(time));
        foreach (var block in blocks.Meters) Add(Entry.Meters, block.Name, () => (null, block.Make(time)));
        foreach (var (name, entry) in old)
        {
            if (!entries.ContainsKey(name)) entries[name] = entry with { IsGone = true };
        }

        _entries = entries.ToImmutable();
        foreach (var (name, entry) in old)
        {
            if (!ReferenceEquals(_entries[name].Metrics, entry.Metrics)) Release(entry);
        }

        void Add(string kind, string name, Func<(IScaler? Scaler, IMetricsProvider? Metrics)> make)
        {
            var text = $"{kind} {document[kind]![name]?.ToJsonString()}";
            if (old.TryGetValue(name, out var known) && string.Equals(known.Text, text, StringComparison.Ordinal))
            {
                entries[name] = known with { IsGone = false };
                return;
            }

            var (scaler, metrics) = make();
            entries[name] = new(kind, text, scaler, metrics);
        }
    }

    public IReadOnlyList<string> Forget(IEnumerable<ScalingPolicy> policies)
    {
        var stays = new List<string>();
        foreach (var (name, entry) in _entries.Where(entry => entry.Value.IsGone))
        {
            if (UserOf(name, policies) is not { } user)
            {
                _entries = _entries.Remove(name);
                Release(entry);
            }
            else
            {
                stays.Add(
                    $"{SettingValues.NameOf(entry.Kind)} must have '{name}' as long as policy '{user}' names it, but has it no longer; "
                    + "it stays as it was.");
            }
        }

        return stays;
    }

    public void Dispose()
    {
        foreach (var entry in _entries.Values) Made.Dispose((entry.Scaler, entry.Metrics));
    }

    /// <summary>The target whose policy names a scaler or a metric source, in its shadows too.</summary>
    private static string? UserOf(string port, IEnumerable<ScalingPolicy> policies)
    {
        return policies.FirstOrDefault(policy => Is(policy.Scaler)
            || policy.Sources.Any(source => Is(source.Source))
            || policy.ShadowSources.Any(source => Is(source.Source)))?.Target.Name;

        bool Is(string? name) => string.Equals(name, port, StringComparison.Ordinal);
    }

    // Meters take in measurements until somebody ends that. What else is replaced may be at work for somebody, and lets go by itself once
    // nobody holds it.
    private static void Release(Entry entry) => (entry.Metrics as MeterMetricsProvider)?.Dispose();

    private sealed record Blocks(ImmutableArray<CommandBlock> Commands, ImmutableArray<HttpBlock> Http, ImmutableArray<MeterBlock> Meters);

    private sealed record Entry(string Kind, string Text, IScaler? Scaler, IMetricsProvider? Metrics)
    {
        public const string Commands = "commands";
        public const string Http = "http";

        public const string Meters = "meters";

        public static readonly ImmutableArray<string> Kinds = [Commands, Http, Meters];

        /// <summary>Whether the configuration has it no longer.</summary>
        public bool IsGone { get; init; }
    }
}
