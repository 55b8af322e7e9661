namespace AutoScaling.Configured;

/// <summary>Tries whether something can be made of settings.</summary>
internal static class Made
{
    /// <summary>Why it cannot; <see langword="null"/> if it can.</summary>
    public static string? WhyNot(Action make)
    {
        try
        {
            make();
            return null;
        }
        catch (Exception e) when (e is ScalingException or PlatformNotSupportedException)
        {
            return e.Message;
        }
    }

    /// <summary>Lets go of what was made.</summary>
    public static void Dispose((IScaler? Scaler, IMetricsProvider? Metrics) made)
    {
        (made.Scaler as IDisposable)?.Dispose();
        (made.Metrics as IDisposable)?.Dispose();
    }
}
