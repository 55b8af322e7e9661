using Microsoft.Extensions.Logging;

namespace AutoScaling.Sample.Run;

/// <summary>Writes log entries to a file: the terminal is taken by the table.</summary>
internal sealed class FileLog(string path) : ILoggerProvider
{
    private readonly TextWriter _file = TextWriter.Synchronized(new StreamWriter(path) { AutoFlush = true });

    public ILogger CreateLogger(string categoryName) => new Logger(_file, categoryName);

    public void Dispose() => _file.Dispose();

    private sealed class Logger(TextWriter file, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            file.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {logLevel} {category}: {formatter(state, exception)}{(exception is null ? "" : $"\n{exception}")}");
    }
}
