using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AutoScaling.Orleans.Tests.Processes;

/// <summary>
/// What is scaled, outside of all silos: replicas, CPU and a log of every scaling and evaluation, in the order in which they came here.
/// </summary>
internal sealed class World : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, Thing> _things = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Scaling> _scalings = new();
    private readonly ConcurrentQueue<string> _troubles = new();
    private readonly ConcurrentDictionary<string, bool> _started = new(StringComparer.Ordinal);

    public World()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many replicas everything begins with.</summary>
    public int Replicas { get; init; } = 4;

    /// <summary>The CPU of a target in percent, by its number and by how often it was read since the load began.</summary>
    public Func<int, int, double> Load { get; set => Volatile.Write(ref field, value); } = (_, _) => Steady;

    /// <summary>A CPU at which nothing is scaled.</summary>
    public static double Steady => 60;

    /// <summary>How long a scaler's answer is kept back, after it was done.</summary>
    public TimeSpan Slowness { get; set; }

    public IReadOnlyCollection<Scaling> Scalings => _scalings;

    public IReadOnlyCollection<string> Troubles => _troubles;

    public bool HasStarted(string silo) => _started.ContainsKey(silo);

    /// <summary>Begins to count readings.</summary>
    public void Begin(Func<int, int, double> load)
    {
        foreach (var thing in _things.Values) lock (thing) thing.Reads = 0;
        Load = load;
    }

    public int ReplicasOf(int target) => _things.TryGetValue(Name(target), out var thing) ? thing.Replicas : Replicas;

    public int ReadsOf(int target) => _things.TryGetValue(Name(target), out var thing) ? thing.Reads : 0;

    /// <summary>The evaluations of a target that could decide: by which silo, and when.</summary>
    public IReadOnlyList<(string Silo, long At)> EvaluationsOf(int target)
    {
        if (!_things.TryGetValue(Name(target), out var thing)) return [];
        lock (thing) return [.. thing.Evaluations];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        _stop.Dispose();
    }

    private static string Name(int target) => string.Create(CultureInfo.InvariantCulture, $"t{target}");

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // The test has ended.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        client.NoDelay = true;
        using var reader = new StreamReader(client.GetStream());
        var answers = new Answers(new(client.GetStream()));
        try
        {
            while (await reader.ReadLineAsync(_stop.Token) is { } line) Answer(line.Split(' '), answers);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The silo was killed, or the test has ended.
        }
    }

    private void Answer(string[] words, Answers answers)
    {
        var (number, silo, what) = (words[0], words[1], words[2]);
        if (string.Equals(what, "started", StringComparison.Ordinal))
        {
            _started[silo] = true;
            return;
        }

        var thing = _things.GetOrAdd(words[3], _ => new() { Replicas = Replicas });
        lock (thing)
        {
            switch (what)
            {
                case "R":
                    answers.Add(number, thing.Replicas.ToString(CultureInfo.InvariantCulture));
                    break;
                case "M":
                    var cpu = Load(int.Parse(words[3].AsSpan(1), CultureInfo.InvariantCulture), thing.Reads++);
                    answers.Add(number, cpu.ToString("R", CultureInfo.InvariantCulture));
                    break;
                case "S":
                    var (from, to) = (int.Parse(words[4], CultureInfo.InvariantCulture), int.Parse(words[5], CultureInfo.InvariantCulture));
                    var done = thing.Replicas == from;
                    if (done)
                    {
                        thing.Replicas = to;
                        _scalings.Enqueue(new(words[3], thing.Reads, from, to, silo, Stopwatch.GetTimestamp()));
                    }

                    _ = answers.AddAsync(number, done ? "ok" : "no", Slowness);
                    break;
                case "E":
                    thing.Evaluations.Add((silo, Stopwatch.GetTimestamp()));
                    break;
                default:
                    _troubles.Enqueue(string.Join(' ', words[1..]));
                    break;
            }
        }
    }

    private sealed class Thing
    {
        public required int Replicas { get; set; }

        public int Reads { get; set; }

        public List<(string Silo, long At)> Evaluations { get; } = [];
    }

    private sealed class Answers(StreamWriter writer)
    {
        private readonly Lock _lock = new();

        public async Task AddAsync(string number, string answer, TimeSpan wait)
        {
            if (wait > TimeSpan.Zero) await Task.Delay(wait, TimeProvider.System);
            Add(number, answer);
        }

        public void Add(string number, string answer)
        {
            try
            {
                lock (_lock)
                {
                    writer.Write($"{number} {answer}\n");
                    writer.Flush();
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // Nobody waits for it any longer.
            }
        }
    }
}

/// <summary>A scaling that took place.</summary>
/// <param name="Target">Of which target.</param>
/// <param name="Reading">After how many readings since the load began.</param>
/// <param name="From">From which count.</param>
/// <param name="To">To which count.</param>
/// <param name="Silo">By which silo.</param>
/// <param name="At">When, on the clock that is never set.</param>
internal sealed record Scaling(string Target, int Reading, int From, int To, string Silo, long At);
