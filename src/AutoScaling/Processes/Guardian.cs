using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using AutoScaling.Programs;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Processes;

/// <summary>One small shell beside the host, which kills the workers when the host has died without stopping them.</summary>
/// <remarks>
/// It reads which process groups there are from a pipe that only the host can write to (.NET opens pipes close-on-exec, so that no worker
/// holds it). The kernel closes the pipe however the host dies; that is when the shell acts. The parent-death signal of Linux is no
/// substitute, because it is sent when the starting thread ends.
/// </remarks>
internal sealed class Guardian(ILogger log) : IAsyncDisposable
{
    private const string Script = """
        trap '' HUP INT QUIT TERM
        exec >/dev/null 2>&1
        ids=' '
        while read -r verb id; do
          case $verb in
            add) ids="$ids$id " ;;
            del) case $ids in *" $id "*) ids="${ids%% $id *} ${ids#* $id }" ;; esac ;;
          esac
        done
        for id in $ids; do
          kill -s KILL -- "-$id" || kill -s KILL "$id"
        done
        """;

    private readonly Lock _gate = new();
    private readonly HashSet<int> _ids = [];
    private Process? _shell;

    /// <summary>Puts a process group under guard; starts the shell if there is none (any more).</summary>
    public bool TryAdd(int id, [NotNullWhen(false)] out string? reason)
    {
        lock (_gate)
        {
            _ids.Add(id);
            reason = null;
            if (_shell is not null && TryWrite($"add {id}\n")) return true;
            if (_shell is not null) log.GuardianReplaced();
            reason = WhyNotStarted();
            if (reason is not null) _ids.Remove(id);
            return reason is null;
        }
    }

    /// <summary>Takes away a process group that has ended.</summary>
    public void Remove(int id)
    {
        lock (_gate)
        {
            // If the shell is gone, the next shell is told of the groups that are left.
            if (_ids.Remove(id)) TryWrite($"del {id}\n");
        }
    }

    /// <summary>Lets the shell end, which kills what is left.</summary>
    public async ValueTask DisposeAsync()
    {
        Process? shell;
        lock (_gate) (shell, _shell) = (_shell, null);
        if (shell is null) return;
        shell.StandardInput.Close();
        await shell.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        shell.Dispose();
    }

    private string? WhyNotStarted()
    {
        _shell?.Dispose();
        _shell = null;
        var info = Executable.SetSid is { } setSid
            ? new ProcessStartInfo(setSid, [Executable.Shell, "-c", Script, "autoscaling-guardian"])
            : new ProcessStartInfo(Executable.Shell, ["-c", Script, "autoscaling-guardian"]);
        info.UseShellExecute = false;
        info.RedirectStandardInput = true;
        info.WorkingDirectory = "/";
        info.Environment.Clear();
        try
        {
            _shell = Process.Start(info);
        }
        catch (Win32Exception e)
        {
            return $"the system cannot start the guardian process ({new Win32Exception(e.NativeErrorCode).Message})";
        }

        return TryWrite(string.Concat(_ids.Select(id => $"add {id}\n"))) ? null : "the guardian process ended at once";
    }

    private bool TryWrite(string lines)
    {
        if (_shell is null) return false;
        try
        {
            // Each line, or all lines for a new shell, is one write. Short writes are atomic, so a host that dies leaves no half of a line.
            _shell.StandardInput.BaseStream.Write(System.Text.Encoding.ASCII.GetBytes(lines));
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
