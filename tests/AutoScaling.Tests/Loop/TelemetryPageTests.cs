using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using AutoScaling.Tests.Readme;

namespace AutoScaling.Tests.Loop;

/// <summary>The page on telemetry lists every instrument that there is, as it is, and no other.</summary>
public sealed class TelemetryPageTests
{
    private static readonly Document Page = new("docs/telemetry.md");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Instruments_OfAHost_AreThoseOfThePage()
    {
        using var election = new TestElection();
        using var system = new TestSystem(b => b
            .AddPolicy(new ScalingPolicy
            {
                Target = "web",
                Range = new(1, 20),
                Rules = [new TargetTrackingRule { Metric = "cpu", Target = 70 }],
                Shadows = [new() { Name = "lower", Policy = new() { Target = "web", Rules = [new ThresholdRule { CpuTarget = 40 }] } }],
            })
            .Services.AddMetrics().AddSingleton<ILeaderElection>(election))
        { Cpu = 90 };
        using var heard = new Heard(system.Services.GetRequiredService<IMeterFactory>());
        Assert.NotNull(system.AutoScaler);
        var gate = system.Services.GetRequiredService<LeaderGate>();
        await gate.StartAsync(() => { }, Stop);
        election.Begin(1);
        await gate.FollowAsync((_, _) => Task.CompletedTask);

        await TickAsync(system);
        await TickAsync(system);
        heard.Read();
        system.Cpu = double.NaN;
        await TickAsync(system);

        Assert.Equal(Rows("instrument").Order(StringComparer.Ordinal), heard.Rows().Order(StringComparer.Ordinal));
    }

    /// <summary>The rows of the table whose first column has a name.</summary>
    private static IEnumerable<string> Rows(string first) =>
        Page.Lines.SkipWhile(line => !line.StartsWith($"| {first} |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'));

    private static async Task TickAsync(TestSystem system)
    {
        await system.AutoScaler.TickAsync(Stop);
        system.Time.Advance(TimeSpan.FromSeconds(30));
    }

    /// <summary>All instruments of a host's meter, and the tags that they were heard with.</summary>
    private sealed class Heard : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentDictionary<Instrument, HashSet<string>> _tags = new();

        public Heard(IMeterFactory meters)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name != AutoScalingTelemetry.MeterName || instrument.Meter.Scope != meters) return;
                _tags[instrument] = [];
                listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Note(instrument, tags));
            _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Note(instrument, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note(instrument, tags));
            _listener.Start();
        }

        public void Read() => _listener.RecordObservableInstruments();

        /// <summary>Each instrument as a row of the page's table.</summary>
        public IEnumerable<string> Rows() => _tags.Select(heard =>
        {
            var (instrument, tags) = heard;
            var kind = instrument.GetType().Name.Split('`')[0];
            return $"| `{instrument.Name}` | {kind} |{Cell(Code(instrument.Unit))}|{Cell(string.Join(", ", tags.Select(Code)))}| {instrument.Description} |";
        });

        public void Dispose() => _listener.Dispose();

        private static string? Code(string? name) => string.IsNullOrEmpty(name) ? null : $"`{name}`";

        private static string Cell(string? text) => string.IsNullOrEmpty(text) ? " " : $" {text} ";

        private void Note(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags) _tags[instrument].Add(tag.Key);
        }
    }
}
