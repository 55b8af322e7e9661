using System.Diagnostics;
using System.Globalization;

namespace AutoScaling.Tests.Loop;

/// <summary>A real process with saved states that is killed again and again around its scalings, and started again each time.</summary>
public sealed class CrashTests : IDisposable
{
    private const int Kills = 60;
    private const double Speed = 20;
    private const int Killed = 128 + 9;

    private static readonly TimeSpan Cooldown = TimeSpan.FromSeconds(60);

    // A cooldown counts from when the evaluation was due, which on a busy machine is some time before it reads; never a whole interval.
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(5);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Kill_AtAnyInstantAroundAScaling_NothingIsScaledTwiceAndNobodyIsAccused()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS()) Assert.Skip("Only there is a process killed without a word.");
        var random = new CsCheck.PCG(1, 2026);
        var start = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
        string[] instants = ["before", "after", "after", "recorded", "later", "later"];
        for (var life = 0; life < Kills; life++)
        {
            var (cpu, instant, delay) = (random.Next(4) == 0 ? "10" : "90", instants[random.Next((uint)instants.Length)], random.Next(120));
            var began = Stopwatch.GetTimestamp();
            Assert.Equal(Killed, await RunAsync(start, cpu, instant, delay));
            start += (Stopwatch.GetElapsedTime(began) * Speed) + TimeSpan.FromSeconds(random.Next(30));
        }

        var scalings = await ScalingsAsync();
        Assert.True(scalings.Count >= 10, $"There were only {scalings.Count} scalings.");
        for (var i = 0; i < scalings.Count; i++)
        {
            // A scale-up waits for the scale-up before it, a scale-down for any scaling.
            var (_, at, from, to) = scalings[i];
            var before = scalings.Take(i).LastOrDefault(s => to < from || s.To > s.From);
            if (before.To > 0) Assert.True(at - before.Read >= Cooldown - Lateness, $"{from} to {to} came only {at - before.Read} after {before.From} to {before.To}.");
        }

        var records = await File.ReadAllLinesAsync(Path.Combine(_folder.FullName, "records"), Stop);
        Assert.All(records, r => Assert.StartsWith(" web ", r, StringComparison.Ordinal));
        Assert.All(records, r => Assert.DoesNotContain("omeone else", r, StringComparison.Ordinal));
        Assert.All(records, r => Assert.DoesNotContain("could not be saved", r, StringComparison.Ordinal));
    }

    private async Task<int> RunAsync(DateTimeOffset start, string cpu, string instant, uint delay)
    {
        var host = Path.Combine(AppContext.BaseDirectory, "AutoScaling.ProcessHost.dll");
        string[] args = [host, "crash", _folder.FullName, $"{start:O}", Speed.ToString(CultureInfo.InvariantCulture), cpu, instant, delay.ToString(CultureInfo.InvariantCulture)];
        using var process = Process.Start(new ProcessStartInfo("dotnet", args) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop));
        await process.WaitForExitAsync(Stop);
        if (process.ExitCode != Killed) Assert.Fail(string.Concat(await said));
        return process.ExitCode;
    }

    private async Task<List<(DateTimeOffset Read, DateTimeOffset At, int From, int To)>> ScalingsAsync() =>
        [.. (await File.ReadAllLinesAsync(Path.Combine(_folder.FullName, "scalings"), Stop)).Select(line => line.Split(' ')).Select(words =>
            (Time(words[0]), Time(words[1]), int.Parse(words[2], CultureInfo.InvariantCulture), int.Parse(words[3], CultureInfo.InvariantCulture)))];

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
