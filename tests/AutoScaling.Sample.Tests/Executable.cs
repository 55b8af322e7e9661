using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace AutoScaling.Sample.Tests;

/// <summary>A program beside the tests, started as a user would with its output redirected.</summary>
internal sealed class Executable : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    public Executable(string name, params string[] arguments) : this(name, null, arguments)
    {
    }

    /// <summary>Starts a program.</summary>
    /// <param name="name">Its file, beside the tests.</param>
    /// <param name="folder">The folder that it is started in; <see langword="null"/> for that of the tests.</param>
    /// <param name="arguments">Its arguments.</param>
    public Executable(string name, string? folder, string[] arguments)
    {
        // A background job of a shell ignores SIGINT, and so would all that is started from it; a user's program does not.
        _process = Process.Start(new ProcessStartInfo("env", ["--default-signal=INT,TERM", Path.Combine(AppContext.BaseDirectory, name), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder ?? "",
        })!;
        _process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_errors, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it has written so far.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Runs the sample to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunSample(params string[] arguments)
    {
        using var sample = new Executable("AutoScaling.Sample", arguments);
        return await sample.End();
    }

    /// <summary>Runs the sample, which must tell what is wrong, a sentence a line, and do nothing.</summary>
    public static async Task AssertWrong(string[] arguments, params string[] sentences)
    {
        var (exitCode, output, errors) = await RunSample(arguments);
        Assert.Equal(sentences, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("", output);
        Assert.Equal(2, exitCode);
    }

    public void Signal(string name) => Assert.Equal(0, Kill(name));

    /// <summary>A signal that may come too late.</summary>
    public void SignalIfItRuns(string name) => Kill(name);

    public async Task<(int ExitCode, string Output, string Errors)> End()
    {
        await _process.WaitForExitAsync(Cancellation).WaitAsync(Timeout, Cancellation);
        return (_process.ExitCode, Output, _errors.ToString());
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private int Kill(string signal)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", ["-s", signal, _process.Id.ToString(CultureInfo.InvariantCulture)]) { UseShellExecute = false, RedirectStandardError = true })!;
        kill.WaitForExit();
        return kill.ExitCode;
    }

    private static void Append(StringBuilder text, string? line)
    {
        lock (text)
        {
            if (line is not null) text.Append(line).Append('\n');
        }
    }

    public static async Task Until(Func<bool> condition, string what)
    {
        var from = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(from) < Timeout, $"It did not come true that {what}.");
            await Task.Delay(20, Cancellation);
        }
    }
}
