using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AutoScaling.Rules.Forecast;

/// <summary>
/// Replicas as they would be if something else decided: those that serve and those that start. It never looks at the real count, so what is
/// really done does not colour it.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct ImaginedFleet
{
    private const int Slots = 16;

    private int _ready;
    private int _total;
    private Ring _starting;

    public readonly int Ready => _ready;

    public readonly int Total => _total;

    /// <summary>
    /// What the last day cost, in replicas, and how much of the load met too few of them; both with a half-life of a day.
    /// </summary>
    public float Replicas;
    public float Short;
    public float Loss;

    public static ImaginedFleet Of(int replicas) => new() { _ready = replicas, _total = replicas };

    /// <summary>The length of a slot in seconds, so that a start fits into the ring.</summary>
    public static int SlotSeconds(double startDelay) => 15 * Math.Max(1, (int)Math.Ceiling(startDelay / (15 * (Slots - 1))));

    /// <summary>Takes in the cost of some time.</summary>
    /// <param name="load">The load, in replicas in full use.</param>
    /// <param name="objective">The share of a replica up to which it serves well.</param>
    /// <param name="weight">What a shortage costs, in replicas for each of its load.</param>
    /// <param name="gain">How much the time counts.</param>
    public void Judge(double load, double objective, double weight, double gain)
    {
        var isShort = ForecastCount.Of(load, objective) > _ready;
        Loss += (float)(gain * (_ready + (isShort ? weight * load / objective : 0) - Loss));
        Replicas += (float)(gain * (_ready - Replicas));
        Short += (float)(gain * ((isShort ? load : 0) - Short));
    }

    /// <summary>Lets those serve whose start is over.</summary>
    /// <param name="before">The slot of the last time.</param>
    /// <param name="now">The slot now.</param>
    public void Advance(long before, long now)
    {
        for (var slot = now - before > Slots ? now - Slots : before; slot < now;)
        {
            slot++;
            ref var started = ref _starting[(int)(slot % Slots)];
            _ready += started;
            started = 0;
        }
    }

    /// <summary>Asks for replicas, or lets some go: those first that were asked for last.</summary>
    /// <param name="replicas">How many there shall be.</param>
    /// <param name="slot">The slot now.</param>
    /// <param name="delay">How many slots a start takes, less than 16.</param>
    public void Scale(int replicas, long slot, int delay)
    {
        if (replicas > _total)
        {
            if (delay == 0) _ready += replicas - _total;
            else _starting[(int)((slot + delay) % Slots)] += (ushort)(replicas - _total);
        }

        for (var i = delay; i > 0 && replicas < _total; i--)
        {
            ref var starting = ref _starting[(int)((slot + i) % Slots)];
            var gone = Math.Min(starting, _total - replicas);
            starting -= (ushort)gone;
            _total -= gone;
        }

        if (replicas < _total) _ready -= _total - replicas;
        _total = replicas;
    }

    /// <summary>Becomes as the other is, but keeps its own costs.</summary>
    public void Follow(in ImaginedFleet other)
    {
        (_ready, _total) = (other._ready, other._total);
        _starting = other._starting;
    }

    [InlineArray(Slots)]
    private struct Ring
    {
        private ushort _first;
    }
}
