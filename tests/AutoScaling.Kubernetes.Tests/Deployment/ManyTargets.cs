using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes.Tests.Deployment;

/// <summary>Saves what a copy of the worker remembers that has more targets than one part holds; here a part holds little.</summary>
internal static class ManyTargets
{
    private const int LargestPart = 230;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Saves twice, each time by another copy.</summary>
    /// <param name="deployed">Where, and as whom.</param>
    /// <param name="log">Is told what fails.</param>
    public static async Task SaveAsync(Deployed deployed, Sentences log)
    {
        using var logs = LoggerFactory.Create(l => l.AddProvider(log));
        var logger = logs.CreateLogger<ConfigMapStateStore>();
        using var api = new ApiClient(new() { KubeConfig = deployed.KubeConfig }, TimeProvider.System);
        try
        {
            for (var copy = 1; copy <= 2; copy++)
            {
                var store = new ConfigMapStateStore(
                    ConfigMapDocument.Client(api, deployed.Name), "autoscaling-state", TimeProvider.System, logger, LargestPart);
                var more = copy;
                var states = Enumerable.Range(0, 24).ToDictionary(i => $"team/web-{i}", i => State(i + more));
                var found = await store.LoadAllAsync(Cancellation);

                // With them there could be more than four parts.
                await store.DeleteAsync([.. found.Keys.Except(states.Keys, StringComparer.Ordinal)], Cancellation);
                await store.SaveAsync(states, Cancellation);
            }
        }
        catch (ApiException e)
        {
            log.Log(LogLevel.Warning, default, e, null, (sentence, _) => sentence.Message);
        }
    }

    private static ScalingState State(int number) => ScalingState.FromJson($$"""
        {"since": "2026-01-01T12:00:00+00:00", "highs": [], "lows": [], "lastScaleUp": "2026-01-01T12:00:00+00:00", "lastWritten": {{number}}}
        """);
}
