using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using AutoScaling.Tests.Readme;

namespace AutoScaling.AspNetCore.Tests.Sample;

/// <summary>The sample as a stranger runs it: it starts, answers, and scales its workers by what comes.</summary>
public sealed class WebSampleTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sample_OrdersCome_WorkersAreAdded()
    {
        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        var start = new ProcessStartInfo("dotnet", [Document.PathOf($"samples/AutoScaling.Web/bin/{configuration}/net10.0/AutoScaling.Web.dll"), "--urls", "http://127.0.0.1:0"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        using var sample = Process.Start(start)!;
        try
        {
            var address = await AddressAsync(sample);
            _ = sample.StandardOutput.ReadToEndAsync(Stop);
            using var client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
            Assert.Contains("dashboard.js", await client.GetStringAsync("/", Stop), StringComparison.Ordinal);
            Assert.Equal("Healthy", await client.GetStringAsync("/health", Stop));

            // Followed live, while orders come, until it has scaled.
            using var stream = await client.GetAsync("/autoscaling/stream?name=workers", HttpCompletionOption.ResponseHeadersRead, Stop);
            using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync(Stop));
            var most = 1;
            while (most == 1 && await lines.ReadLineAsync(Stop) is { } line)
            {
                for (var i = 0; i < 20; i++) (await client.PostAsync("/orders", null, Stop)).Dispose();
                if (line.StartsWith("data: {\"target\"", StringComparison.Ordinal) && JsonDocument.Parse(line[6..]).RootElement.TryGetProperty("decision", out var decision))
                    most = Math.Max(most, decision.GetProperty("to").GetInt32());
            }

            Assert.InRange(most, 2, 20);
            Assert.Contains("orders_received", await client.GetStringAsync("/metrics", Stop), StringComparison.Ordinal);
            using var paused = await client.PostAsJsonAsync("/autoscaling/pause", new { target = "workers", reason = "enough" }, Stop);
            Assert.StartsWith("Paused by somebody who did not sign in: enough.", JsonDocument.Parse(await paused.Content.ReadAsStringAsync(Stop)).RootElement.GetProperty("said").GetString(), StringComparison.Ordinal);
        }
        finally
        {
            sample.Kill(entireProcessTree: true);
            await sample.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<Uri> AddressAsync(Process sample)
    {
        const string listening = "Now listening on: ";
        while (await sample.StandardOutput.ReadLineAsync(Stop) is { } line)
        {
            if (line.IndexOf(listening, StringComparison.Ordinal) is >= 0 and var at) return new(line[(at + listening.Length)..].Trim());
        }

        throw new InvalidOperationException("The sample has ended.");
    }
}
