namespace AutoScaling.Kubernetes.Benchmarks;

/// <summary>How the soak differs from the fleet's run.</summary>
internal static class SoakSettings
{
    /// <summary>Shorter than Kubernetes' 5 minutes, so that there is scaling down all the time.</summary>
    public static readonly TimeSpan DownWindow = TimeSpan.FromSeconds(30);
}
