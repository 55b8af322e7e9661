using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AutoScaling.Rules.Forecast;

/// <summary>What changes at every evaluation: the first chunk of the memory.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct ForecastLive
{
    /// <summary>What the memory was made for: another rule's settings begin it anew.</summary>
    public int Form;
    public int Settings;

    /// <summary>The last evaluation that was learned from, in ticks of UTC.</summary>
    public long At;

    /// <summary>The minute under way, since the beginning of the Unix epoch; and the largest load in it.</summary>
    public int Minute;
    public float MinuteLoad;

    /// <summary>The load that is to come, with its headroom, in replicas in full use; negative: not known.</summary>
    public float Forecast;

    /// <summary>The forecast without its headroom.</summary>
    public float Bare;

    /// <summary>Which forecaster with which headroom is in charge.</summary>
    public byte Forecaster;
    public byte Headroom;

    /// <summary>How far ahead it looks, in minutes.</summary>
    public byte Ahead;

    /// <summary>Whether the imagined run of the forecast beats that of target tracking.</summary>
    public byte IsOpen;

    /// <summary>For how many seconds both have been imagined; up to an hour.</summary>
    public float Imagined;

    /// <summary>How much of the weight of the imagined costs is there yet: 1 in the end.</summary>
    public float Weight;
    public float Load;

    /// <summary>The load of the load metric that keeps one replica in full use.</summary>
    public float Capacity;
    public byte CapacitySamples;

    /// <summary>For how many evaluations the ready replicas have been the same.</summary>
    public byte Steady;
    public ushort LastReady;
    public float LastRate;

    /// <summary>How long the last starts took.</summary>
    public byte StartCount;
    public byte NextStart;
    public StartTimes Starts;

    public ImaginedFleet Tracking;
    public ImaginedFleet Forecasting;

    /// <summary>What target tracking asked for, really and in the imagined run, and what the forecast asked for.</summary>
    public ForecastWindow Tracked;
    public ForecastWindow TrackedInMind;
    public ForecastWindow Asked;

    /// <summary>
    /// The last 20 start times, each as the root of its seconds: exact enough near a minute, and good up to half an hour.
    /// </summary>
    [InlineArray(20)]
    public struct StartTimes
    {
        private byte _first;
    }
}
