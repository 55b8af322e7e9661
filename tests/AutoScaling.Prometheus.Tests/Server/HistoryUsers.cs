namespace AutoScaling.Prometheus.Tests.Server;

/// <summary>Tests that ask the server with history.</summary>
[CollectionDefinition(nameof(HistoryUsers))]
public sealed class HistoryUsers : ICollectionFixture<HistoryFixture>;
