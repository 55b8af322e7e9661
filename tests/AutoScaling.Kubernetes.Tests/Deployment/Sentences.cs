using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes.Tests.Deployment;

/// <summary>What a worker writes to its log, as whoever operates it sees it: the sentence, and the exception's message.</summary>
internal sealed class Sentences : ILoggerProvider, ILogger
{
    private readonly List<(LogLevel Level, string Text)> _lines = [];

    public IReadOnlyList<string> All => Of(LogLevel.Information);

    public IReadOnlyList<string> Warnings => Of(LogLevel.Warning);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var text = formatter(state, exception) + (exception is null ? "" : $" {exception.Message}");
        lock (_lines) _lines.Add((logLevel, text));
    }

    public void Dispose()
    {
    }

    private List<string> Of(LogLevel level)
    {
        lock (_lines) return [.. _lines.Where(l => l.Level >= level).Select(l => l.Text)];
    }
}
