using System.Diagnostics;
using System.Globalization;

namespace AutoScaling.Prometheus.Tests.Server;

/// <summary>
/// The programs of a real server: in the folder AUTOSCALING_PROMETHEUS names, on the path, or Debian's package, fetched once and unpacked into
/// the cache directory of the user, without a service.
/// </summary>
internal static class PrometheusInstall
{
    private static readonly Lazy<(string? Folder, string Why)> Found = new(Find);

    /// <summary>Whether there is one.</summary>
    public static bool IsThere => Found.Value.Folder is not null;

    /// <summary>The folder with <c>prometheus</c> and <c>promtool</c>; skips the test if there is none, which is a failure in CI.</summary>
    public static string Folder
    {
        get
        {
            if (Found.Value.Folder is { } folder) return folder;
            var sentence = $"A real Prometheus is needed, but there is none: {Found.Value.Why} "
                + "Put prometheus and promtool on the path, or name their folder by AUTOSCALING_PROMETHEUS.";
            if (Environment.GetEnvironmentVariable("CI") is "true") throw new InvalidOperationException(sentence);
            Assert.Skip(sentence);
            return "";
        }
    }

    private static (string? Folder, string Why) Find()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        string?[] known = [Environment.GetEnvironmentVariable("AUTOSCALING_PROMETHEUS"), .. path, Unpacked];
        if (known.FirstOrDefault(Has) is { } there) return (there, "");
        try
        {
            Fetch();
            return Has(Unpacked) ? (Unpacked, "") : (null, "Debian's package does not hold them.");
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception or IOException)
        {
            // Perhaps another run has fetched it meanwhile.
            return Has(Unpacked) ? (Unpacked, "") : (null, e.Message);
        }
    }

    private static string Cache
    {
        get
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            return Path.Combine(home.Length > 0 ? Path.Combine(home, ".cache") : Path.GetTempPath(), "autoscaling-tests", "prometheus");
        }
    }

    private static string Unpacked => Path.Combine(Cache, "usr", "bin");

    private static bool Has(string? folder) => folder is { Length: > 0 } && File.Exists(Path.Combine(folder, "prometheus")) && File.Exists(Path.Combine(folder, "promtool"));

    private static void Fetch()
    {
        // Beside the cache, because a folder cannot be moved to another file system.
        var work = Directory.CreateDirectory($"{Cache}-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}").FullName;
        try
        {
            // Where no package lists are, they are fetched first.
            if (!Run(work, "apt-get", "download", "prometheus").Good && !Run(work, "apt-get", "update").Good)
                throw new InvalidOperationException("apt-get can update no lists of packages.");
            if (Directory.GetFiles(work, "*.deb").Length == 0 && Run(work, "apt-get", "download", "prometheus") is { Good: false } failed)
                throw new InvalidOperationException($"apt-get did not download the package prometheus ({failed.Error}).");
            var package = Directory.GetFiles(work, "*.deb")[0];
            if (Run(work, "dpkg", "-x", package, "unpacked") is { Good: false } broken)
                throw new InvalidOperationException($"dpkg did not unpack the package prometheus ({broken.Error}).");
            if (!Has(Unpacked)) Directory.Move(Path.Combine(work, "unpacked"), Cache);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static (bool Good, string Error) Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        if (!process.WaitForExit(TimeSpan.FromMinutes(3))) process.Kill(entireProcessTree: true);
        _ = output.Result;
        return (process is { HasExited: true, ExitCode: 0 }, error.Trim().ReplaceLineEndings(" "));
    }
}
