namespace AutoScaling.Orleans.Tests.Processes;

/// <summary>No server: one silo keeps everything itself.</summary>
internal sealed class InMemory : IStorageServer
{
    public IEnumerable<string> Arguments => [];

    public Task StartAsync() => Task.CompletedTask;

    public Task KillAsync() => throw new NotSupportedException("It ends with its silo.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
