using Microsoft.Extensions.Logging;

namespace AutoScaling.Evaluating;

/// <summary>A log whose own trouble is nobody else's: what it throws is dropped, as there is nowhere to tell of it.</summary>
/// <param name="inner">The log.</param>
/// <typeparam name="T">Its category.</typeparam>
internal sealed class QuietLogger<T>(ILogger<T> inner) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        try
        {
            return inner.BeginScope(state);
        }
        catch (Exception)
        {
            return null;
        }
    }

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return inner.IsEnabled(logLevel);
        }
        catch (Exception)
        {
            return false;
        }
    }

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception)
        {
            // Evaluations go on without it.
        }
    }
}
