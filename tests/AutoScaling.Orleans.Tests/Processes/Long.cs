namespace AutoScaling.Orleans.Tests.Processes;

/// <summary>How long disturbances last: short, so that all tests take some minutes, or with <c>AUTOSCALING_LONG</c> as long as is promised.</summary>
internal static class Long
{
    public static TimeSpan Of(double usual, double withLong) =>
        TimeSpan.FromSeconds(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("AUTOSCALING_LONG")) ? usual : withLong);
}
