namespace AutoScaling.Kubernetes.Benchmarks;
internal static class SoakRun { public static Task<int> RunAsync(string folder, int count, TimeSpan time, CancellationToken cancellationToken) => throw new NotSupportedException(); }
