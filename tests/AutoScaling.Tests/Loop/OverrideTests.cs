using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace AutoScaling.Tests.Loop;

/// <summary>A person's word to a host: it lasts.</summary>
public sealed class OverrideTests
{
    private readonly TestStore _store = new();
    private readonly FakeLogCollector _log = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pause_UntilATime_NothingIsScaledUntilThen()
    {
        using var system = System();
        system.Cpu = 90;
        var until = system.Time.GetUtcNow().AddMinutes(10);
        await system.AutoScaler.PauseAsync("web", until: until, reason: "migration", by: "ann", cancellationToken: Stop);
        for (var i = 0; i < 19; i++) await TickAsync(system);
        Assert.Equal("migration", system.AutoScaler.GetStatus("web").Override!.Reason);
        await TickAsync(system);
        Assert.Empty(system.Scaler.Fake.Calls);
        await TickAsync(system);
        Assert.Equal(6, system.Scaler.Replicas("web"));
        Assert.Null(system.AutoScaler.GetStatus("web").Override);
        Assert.Equal(
            ["'web': Paused by ann until 2026-01-01 12:10:00Z: migration.", "'web': the time is over of what was said before: Paused by ann until 2026-01-01 12:10:00Z: migration."],
            _log.GetSnapshot().Where(r => r.Id.Id is 26 or 27).Select(r => r.Message.Replace("web:", "'web':", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Hold_IsDueAtOnceAndLastsUntilResumed()
    {
        using var system = System();
        system.Cpu = 90;
        await system.AutoScaler.TickAsync(Stop);
        await system.AutoScaler.HoldAsync("web", 3, by: "ann", cancellationToken: Stop);
        Assert.Equal(1, await system.AutoScaler.TickAsync(Stop));
        Assert.Equal(3, system.Scaler.Replicas("web"));
        for (var i = 0; i < 20; i++) await TickAsync(system);
        Assert.Equal(3, system.Scaler.Replicas("web"));
        await system.AutoScaler.ResumeAsync("web", Stop);
        Assert.Equal(1, await system.AutoScaler.TickAsync(Stop));
        Assert.Equal(5, system.Scaler.Replicas("web"));
        Assert.Equal("web is resumed. Before: Held at 3 replicas by ann.", Assert.Single(_log.GetSnapshot(), r => r.Id == 28).Message);
    }

    [Fact]
    public async Task Hold_AndAnotherCountByHand_IsRefused()
    {
        using var system = System();
        await system.AutoScaler.HoldAsync("web", 3, by: "ann", cancellationToken: Stop);
        await Refused("'web' cannot be scaled to 5, because of what was said before. Held at 3 replicas by ann. Resume it first.", () => system.AutoScaler.ScaleAsync("web", 5, cancellationToken: Stop));
        Assert.Equal(ScaleOutcome.Applied, await system.AutoScaler.ScaleAsync("web", 3, cancellationToken: Stop));
    }

    [Fact]
    public async Task Override_BreaksARule_SaysWhichAndChangesNothing()
    {
        using var system = System(p => p with { Range = new(2, 8) });
        var scaler = system.AutoScaler;
        await Refused("Replicas of 'web' must be between Min (2) and Max (8), but is 9.", () => scaler.HoldAsync("web", 9, cancellationToken: Stop));
        await Refused(
            "Until of an override must be after its beginning (2026-01-01 12:00:00Z), but is '2026-01-01 12:00:00Z'.",
            () => scaler.PauseAsync("web", until: system.Time.GetUtcNow(), cancellationToken: Stop));
        await Refused("Replicas of a hold must be a count, but is null.", () => scaler.PauseAsync("web", ScalingOverrideKind.Hold, cancellationToken: Stop));
        scaler.Disable("web");
        await Refused("'web' cannot be held while it is disabled. Enable it first.", () => scaler.HoldAsync("web", 5, cancellationToken: Stop));
        Assert.Null(scaler.GetStatus("web").Override);
        Assert.Equal(
            ScalingErrorKind.PolicyNotFound, (await Assert.ThrowsAsync<ScalingException>(() => scaler.PauseAsync("api", cancellationToken: Stop))).Kind);
    }

    [Fact]
    public async Task PolicyPauses_OnlyThePolicyEndsIt()
    {
        using var system = System(p => p with { Paused = true });
        system.Cpu = 90;
        await TickAsync(system);
        Assert.Empty(system.Scaler.Fake.Calls);
        Assert.Equal("its policy says so", system.AutoScaler.GetStatus("web").Override!.Reason);
        const string Sentence = "'web' cannot be {0} while its policy pauses it. Paused must be false there first.";
        await Refused(Sentence.Replace("{0}", "resumed", StringComparison.Ordinal), () => system.AutoScaler.ResumeAsync("web", Stop));
        await Refused(Sentence.Replace("{0}", "held", StringComparison.Ordinal), () => system.AutoScaler.HoldAsync("web", 5, cancellationToken: Stop));
        system.AutoScaler.SetPolicy(system.AutoScaler.GetStatus("web").Policy with { Paused = false });
        await TickAsync(system);
        Assert.Equal(6, system.Scaler.Replicas("web"));
    }

    [Fact]
    public async Task PolicySaysAWord_GoesBeforeAPersonsAndIsDueAtOnce()
    {
        using var system = System();
        await system.AutoScaler.TickAsync(Stop);
        await system.AutoScaler.HoldAsync("web", 3, by: "ann", cancellationToken: Stop);
        await system.AutoScaler.TickAsync(Stop);
        var until = system.Time.GetUtcNow().AddMinutes(10);
        var policy = system.AutoScaler.GetStatus("web").Policy;
        system.AutoScaler.SetPolicy(policy with { Override = ScalingOverride.Hold(7, system.Time.GetUtcNow(), until, "sale", "bob") });
        Assert.Equal(1, await system.AutoScaler.TickAsync(Stop));
        Assert.Equal(7, system.Scaler.Replicas("web"));
        Assert.Equal("Held at 7 replicas by bob until 2026-01-01 12:10:00Z: sale", system.AutoScaler.GetStatus("web").Override!.ToString());
        const string Sentence = "'web' cannot be {0} while its policy says otherwise. Held at 7 replicas by bob until 2026-01-01 12:10:00Z: sale. Take that back there first.";
        await Refused(Sentence.Replace("{0}", "resumed", StringComparison.Ordinal), () => system.AutoScaler.ResumeAsync("web", Stop));
        await Refused(Sentence.Replace("{0}", "held", StringComparison.Ordinal), () => system.AutoScaler.HoldAsync("web", 5, cancellationToken: Stop));

        // Its time is over, or the policy says it no more: then the person's word counts, which was there all the time.
        for (var i = 0; i < 21; i++) await TickAsync(system);
        Assert.Equal(3, system.Scaler.Replicas("web"));
        system.AutoScaler.SetPolicy(policy with { Override = ScalingOverride.Pause(system.Time.GetUtcNow()) });
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(ScalingOverrideKind.Pause, system.AutoScaler.GetStatus("web").Override!.Kind);
        system.AutoScaler.SetPolicy(policy);
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(ScalingOverrideKind.Hold, system.AutoScaler.GetStatus("web").Override!.Kind);
    }

    [Theory]
    [InlineData("override: { kind: hold }", "policies[0] (web).override: Replicas of a hold must be a count, but is null.")]
    [InlineData("override: { replicas: 3 }", "policies[0] (web).override: Replicas of a pause must be left out, but is 3.")]
    [InlineData("override: { until: soon }", "policies[0] (web).override: Until must be a date and time such as 2026-12-24T18:00:00Z, but is 'soon'.")]
    [InlineData("override: { kind: nap }", "policies[0] (web).override: Kind must be pause, pauseScaleUp, pauseScaleDown or hold, but is 'nap'.")]
    public void ParseYaml_AWordThatBreaksARule_SaysWhich(string setting, string sentence)
    {
        var error = Assert.Throws<ScalingException>(() => PolicyDocument.ParseYaml($"policies: [ {{ service: web, {setting} }} ]"));
        Assert.Equal(sentence, Assert.Single(error.Errors).Replace(", line 1", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("hold")]
    [InlineData("disable")]
    public async Task Restart_ByAnotherHost_StillHolds(string how)
    {
        using (var before = System(replicas: 3))
        {
            await before.AutoScaler.TickAsync(Stop);
            if (how == "pause") await before.AutoScaler.PauseAsync("web", cancellationToken: Stop);
            else if (how == "hold") await before.AutoScaler.HoldAsync("web", 3, cancellationToken: Stop);
            else before.AutoScaler.Disable("web");
            if (how == "disable") await SavedAsync(before);
        }

        using var after = System(replicas: 3);
        after.Cpu = 90;
        await StartedAsync(after);
        for (var i = 0; i < 30; i++) await TickAsync(after);
        Assert.Equal(3, after.Scaler.Replicas("web"));
        if (how == "disable") after.AutoScaler.Enable("web");
        else await after.AutoScaler.ResumeAsync("web", Stop);
        await TickAsync(after);
        Assert.Equal(5, after.Scaler.Replicas("web"));
        Assert.Null(after.AutoScaler.GetStatus("web").State.Override);
    }

    [Fact]
    public async Task Enable_WhatThePolicyDisables_OutlivesARestart()
    {
        using (var before = System(p => p with { Enabled = false }))
        {
            before.AutoScaler.Enable("web");
            await SavedAsync(before);
        }

        using var after = System(p => p with { Enabled = false });
        await StartedAsync(after);
        Assert.True(after.AutoScaler.GetStatus("web").Enabled);
    }

    [Fact]
    public async Task Pause_CannotBeSaved_HoldsAndSaysThatARestartForgetsIt()
    {
        using var system = System();
        system.Cpu = 90;
        _store.Troubles = new([new IOException("The disk is full.")]);
        var error = await Assert.ThrowsAsync<ScalingException>(() => system.AutoScaler.PauseAsync("web", cancellationToken: Stop));
        Assert.Equal(ScalingErrorKind.ScalingFailed, error.Kind);
        Assert.Equal("'web' is paused now, but a restart would forget that: it could not be saved yet, because The disk is full.", error.Message);
        await TickAsync(system);
        Assert.Empty(system.Scaler.Fake.Calls);
    }

    [Fact]
    public async Task Log_WithOverrides_EveryDecisionCanBeMadeAgain()
    {
        var folder = Directory.CreateTempSubdirectory();
        var path = Path.Combine(folder.FullName, "decisions.jsonl");
        using (var system = System(log: path))
        {
            for (var i = 0; i < 40; i++)
            {
                system.Cpu = i * 37 % 120;
                if (i == 5) await system.AutoScaler.PauseAsync("web", ScalingOverrideKind.PauseScaleUp, system.Time.GetUtcNow().AddMinutes(3), cancellationToken: Stop);
                if (i == 20) await system.AutoScaler.HoldAsync("web", 5, cancellationToken: Stop);
                if (i == 30) await system.AutoScaler.ResumeAsync("web", Stop);
                await TickAsync(system);
            }
        }

        var records = DecisionLog.Read(path).ToList();
        Assert.Contains(records, r => r.Decision!.Cause == ScaleCause.Person && !r.IsManual);
        foreach (var record in records)
            Assert.Equal(record.Decision, ScalingDecisionEngine.Decide(record.Policy, record.State, record.Observation!, record.At));
        for (var i = 1; i < records.Count; i++)
            if (records[i - 1].Next.Override == records[i].State.Override) Assert.Equal(records[i - 1].Next, records[i].State);
        folder.Delete(recursive: true);
    }

    private static async Task TickAsync(TestSystem system)
    {
        await system.AutoScaler.TickAsync(Stop);
        system.Time.Advance(TimeSpan.FromSeconds(30));
    }

    private static async Task Refused(string sentence, Func<Task> action)
    {
        var error = await Assert.ThrowsAsync<ScalingException>(action);
        Assert.Equal((ScalingErrorKind.InvalidConfiguration, sentence), (error.Kind, error.Message));
    }

    /// <summary>Starts and stops the host, which loads and saves what is remembered.</summary>
    private static async Task StartedAsync(TestSystem system)
    {
        var loop = system.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().Single();
        await loop.StartAsync(Stop);
    }

    private static async Task SavedAsync(TestSystem system)
    {
        var loop = system.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().Single();
        await loop.StartAsync(Stop);
        await loop.StopAsync(Stop);
    }

    private TestSystem System(Func<ScalingPolicy, ScalingPolicy>? with = null, int replicas = 4, string? log = null) => new(
        b =>
        {
            var policy = new ScalingPolicy { Target = "web", Behavior = ScalingBehavior.Immediate };
            b.AddPolicy(with?.Invoke(policy) ?? policy);
            b.Services.AddSingleton<IScalingStateStore>(_store);
            b.Services.AddLogging(l => l.AddProvider(new FakeLoggerProvider(_log)).SetMinimumLevel(LogLevel.Debug));
            if (log is not null) b.LogDecisionsTo(log);
        },

        // Time goes by faster here than a save takes, and what takes longer than this would be given up.
        o => o.SaveInterval = TimeSpan.FromHours(24),
        replicas);
}
