using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes.Tests.Cluster;

/// <summary>Keeps what this package warns of.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly List<string> _warnings = [];
    private readonly SemaphoreSlim _written = new(0);

    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_warnings) return [.. _warnings];
        }
    }

    /// <summary>Waits until that many more warnings have been written.</summary>
    public async Task WaitForAsync(int count, CancellationToken cancellationToken)
    {
        for (var i = 0; i < count; i++) Assert.True(await _written.WaitAsync(TimeSpan.FromMinutes(1), cancellationToken));
    }

    public ILogger CreateLogger(string categoryName) => categoryName.StartsWith("AutoScaling.Kubernetes", StringComparison.Ordinal) ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        lock (_warnings) _warnings.Add(formatter(state, exception));
        _written.Release();
    }

    public void Dispose()
    {
    }
}
