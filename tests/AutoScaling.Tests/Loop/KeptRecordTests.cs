using System.Runtime.CompilerServices;
using AutoScaling.Tests.Deciding;
using CsCheck;

namespace AutoScaling.Tests.Loop;

/// <summary>What a host keeps of its evaluations is packed, and says the same as what observers were told.</summary>
public sealed class KeptRecordTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetRecent_EverythingThatMayHappen_IsAsItWasTold()
    {
        var told = new List<ScalingRecord>();
        using var system = new TestSystem(
            b => b.AddPolicy("web", max: 40).AddPolicy("windows", p => p with { Behavior = ScalingBehavior.Kubernetes, Range = new(1, 40) })
                .AddPolicy("shadowed", p => p with { Shadows = [new() { Name = "other", Policy = new() { Target = "shadowed" } }] })
                .OnEvaluated(told.Add),
            o => o.RecentRecords = 7);
        string[] targets = ["web", "windows", "shadowed"];
        var random = new Random(7);
        for (var i = 0; i < 120; i++)
        {
            // Long times in which nothing changes, as nearly always; loads that rise and fall; sources that fail; a person's word.
            var whole = i % 5 == 0 ? random.Next(10, 100) : system.Cpu;
            system.Cpu = i % 17 == 16 ? double.NaN : double.IsNaN(whole) ? 50 : whole;
            if (i == 40) await system.AutoScaler.PauseAsync("web", until: system.Time.GetUtcNow() + TimeSpan.FromMinutes(5), cancellationToken: Stop);
            if (i == 70) await system.AutoScaler.ScaleAsync("web", 9, "a test", cancellationToken: Stop);
            if (i == 90) system.AutoScaler.SetPolicy(system.AutoScaler.GetStatus("web").Policy with { Range = new(2, 30) });
            await system.AutoScaler.TickAsync(Stop);
            foreach (var target in targets)
            {
                var own = told.Where(r => r.Target.Name == target).Reverse().Take(7).ToList();
                Assert.Equal(own, system.AutoScaler.GetRecent(target));
                Assert.Equal(own[0].Next, system.AutoScaler.GetStatus(target).State);
                Assert.Equal(own[0].Explain(), system.AutoScaler.GetRecent(target)[0].Explain());
                Assert.Equal(own.First(r => r.Decision is not null).Decision, system.AutoScaler.GetStatus(target).LastDecision);
            }

            system.Time.Advance(TimeSpan.FromSeconds(random.Next(30, 45)));
        }

        Assert.Superset(
            new HashSet<(ScaleDirection?, bool)> { (ScaleDirection.Up, true), (ScaleDirection.Down, true), (ScaleDirection.Stay, true), (ScaleDirection.Stay, false) },
            told.Select(r => (r.Decision?.Direction, r.Error is null)).ToHashSet());
    }

    [Fact]
    public async Task GetRecent_SourceAndScalerFail_IsAsItWasTold()
    {
        var told = new List<ScalingRecord>();
        using var system = new TestSystem(b => b.AddPolicy("web").OnEvaluated(told.Add));
        await system.AutoScaler.TickAsync(Stop);
        var decision = system.AutoScaler.GetStatus("web").LastDecision;
        system.Scaler.Read = (_, _) => throw new IOException("the disk is full");
        for (var i = 0; i < 3; i++)
        {
            system.Time.Advance(TimeSpan.FromSeconds(30));
            await system.AutoScaler.TickAsync(Stop);
        }

        Assert.Equal(Enumerable.Reverse(told), system.AutoScaler.GetRecent("web"));
        Assert.Equal((decision, ScalingErrorKind.ScalingFailed), (system.AutoScaler.GetStatus("web").LastDecision, system.AutoScaler.GetStatus("web").LastErrorKind));
    }

    [Fact]
    public void Set_AnyRun_KeepsTheRecordAndWhatFollowsFromIt() => Any.Run.Sample(
        run =>
        {
            var kept = default(KeptRecord);
            foreach (var evaluation in Deciding.Evaluation.Play(run.Policy, run.Replicas, run.Ticks))
            {
                var record = new ScalingRecord
                {
                    Target = run.Policy.Target,
                    At = evaluation.Now,
                    Policy = evaluation.Policy,
                    State = evaluation.Before,
                    Observation = evaluation.Observation,
                    Decision = evaluation.Decision,
                    Outcome = evaluation.Outcome,
                    Next = evaluation.After,
                };
                kept.Set(record);
                Assert.Equal(record, kept.ToRecord());
                Assert.Equal(record.Next, kept.Next);
                kept.Set(record with { Warning = "so" });
                Assert.Equal(record with { Warning = "so" }, kept.ToRecord());
                Assert.Equal(record.Next, kept.Next);
            }
        },
        iter: Any.Runs);

    /// <summary>What lives for an interval and dies then is what a host of many targets would need most of its memory for.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Tick_Often_LeavesNothingBehind(bool loadChanges, bool scalerFails)
    {
        WeakReference[] left = [];
        using var system = new TestSystem(
            b => b.AddPolicy("web", p => p with { Range = new(1, 40), Behavior = ScalingBehavior.Kubernetes }).OnEvaluated(Tell),
            o => o.RecentRecords = 7);
        for (var i = 0; i < 20; i++)
        {
            if (scalerFails && i > 15) system.Scaler.Read = (_, _) => throw new IOException("the disk is full");
            if (loadChanges) system.Cpu = 50 + (i * 7919 % 40);
            system.Time.Advance(TimeSpan.FromSeconds(30));
            await system.AutoScaler.TickAsync(Stop);
        }

        GC.Collect();
        Assert.Equal(0, Alive());
        Assert.Equal(7, system.AutoScaler.GetRecent("web").Length);
        Assert.Equal(loadChanges, system.AutoScaler.GetStatus("web").State.Events.Length > 3);

        [MethodImpl(MethodImplOptions.NoInlining)]
        void Tell(ScalingRecord record) => left = [new(record), new(record.State), new(record.Next), new(record.Next.Highs), new(record.Decision)];

        [MethodImpl(MethodImplOptions.NoInlining)]
        int Alive() => left.Count(l => l.IsAlive);
    }
}
