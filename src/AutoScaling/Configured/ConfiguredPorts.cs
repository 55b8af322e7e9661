using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AutoScaling.Documents;
using AutoScaling.Ports;
using AutoScaling.Primitives;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace AutoScaling.Configured;

/// <summary>
/// The scalers and metric sources of the sections <c>Commands</c> and <c>Http</c>. One whose settings have not changed stays what it is,
/// with what it holds.
/// </summary>
internal sealed class ConfiguredPorts(IConfiguration section, TimeProvider time) : INamedPorts
{
    private static readonly SettingsTable<Blocks> Table = SettingsTable.Of("AutoScaling", new Blocks([], []))
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
        var twice = blocks.Commands.Select(block => block.Name).Intersect(blocks.Http.Select(block => block.Name), StringComparer.Ordinal)
            .ToList();
        if (twice.Count > 0)
            throw new ScalingException([.. twice.Select(name => $"Commands and Http must have different names, but both have '{name}'.")]);
        var old = _entries;
        var entries = ImmutableDictionary.CreateBuilder<string, Entry>(StringComparer.Ordinal);
        foreach (var block in blocks.Commands) Add(Entry.Commands, block.Name, () => block.Make(time));
        foreach (var block in blocks.Http) Add(Entry.Http, block.Name, () => block.Make(time));
        foreach (var (name, entry) in old)
        {
            if (!entries.ContainsKey(name)) entries[name] = entry with { IsGone = true };
        }

        _entries = entries.ToImmutable();

        void Add(string kind, string name, Func<(IScaler? Scaler, IMetricsProvider? Metrics)> make)
        {
            var text = $"{kind} {document[kind]![name]?.ToJsonString()}";
            if (old.TryGetValue(name, out var known) && string.Equals(known.Text, text, StringComparison.Ordinal))
            {
                entries[name] = known with { IsGone = false };
                return;
            }

            // What it replaces may be at work for somebody, and lets go by itself once nobody holds it.
            var (scaler, metrics) = make();
            entries[name] = new(kind, text, scaler, metrics);
        }
    }

    public IReadOnlyList<string> Forget(Func<string, string?> userOf)
    {
        var stays = new List<string>();
        foreach (var (name, entry) in _entries.Where(entry => entry.Value.IsGone))
        {
            if (userOf(name) is not { } user) _entries = _entries.Remove(name);
            else stays.Add(
                $"{SettingValues.NameOf(entry.Kind)} must have '{name}' as long as policy '{user}' names it, but has it no longer; "
                + "it stays as it was.");
        }

        return stays;
    }

    private sealed record Blocks(ImmutableArray<CommandBlock> Commands, ImmutableArray<HttpBlock> Http);

    private sealed record Entry(string Kind, string Text, IScaler? Scaler, IMetricsProvider? Metrics)
    {
        public const string Commands = "commands";
        public const string Http = "http";

        public static readonly ImmutableArray<string> Kinds = [Commands, Http];

        /// <summary>Whether the configuration has it no longer.</summary>
        public bool IsGone { get; init; }
    }
}
