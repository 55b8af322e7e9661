using System.Runtime.InteropServices;

namespace AutoScaling.Tool.Input;

/// <summary>Ctrl-C and SIGTERM: the first asks the run to end, the second ends the program at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _exitCode;

    public StopSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => OnSignal(signal, 130)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => OnSignal(signal, 143)),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>128 and the number of the first signal, as a shell has it; 0 if there was none.</summary>
    public int ExitCode => _exitCode;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext signal, int exitCode)
    {
        signal.Cancel = true;
        // Workers that are still there when this process ends are killed by the library's guardian.
        if (Interlocked.CompareExchange(ref _exitCode, exitCode, 0) != 0) Environment.Exit(exitCode);
        _stop.Cancel();
    }
}
