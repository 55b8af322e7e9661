namespace AutoScaling;

/// <summary>The names of what the library tells about itself; give them to OpenTelemetry's <c>AddMeter</c> and <c>AddSource</c>.</summary>
/// <remarks>Both carry the version of the library. <c>docs/telemetry.md</c> lists every instrument.</remarks>
public static class AutoScalingTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "AutoScaling";

    /// <summary>The name of the activity source.</summary>
    public const string ActivitySourceName = "AutoScaling";
}
