namespace AutoScaling.Orleans.Tests.Processes;

/// <summary>A server for membership and states, which a test may kill.</summary>
internal interface IStorageServer : IAsyncDisposable
{
    /// <summary>What a silo is told to find it.</summary>
    IEnumerable<string> Arguments { get; }

    Task StartAsync();

    Task KillAsync();
}
