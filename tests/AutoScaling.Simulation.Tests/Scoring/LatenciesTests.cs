using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Tests.Scoring;

public sealed class LatenciesTests
{
    [Theory]
    [InlineData(1, 0.5, 0.5)] // M/M/1: the share that waits is the utilization
    [InlineData(1, 0.9, 0.9)]
    [InlineData(2, 1.0, 1.0 / 3)]
    [InlineData(5, 4.0, 0.5541125541)]
    public void ErlangC_KnownValues_AreGiven(int places, double offered, double expected) => Assert.Equal(expected, ErlangC.Waiting(places, offered), 9);

    [Fact]
    public void ErlangC_ManyPlaces_IsTheSumOfItsDefinition()
    {
        double sum = 0, term = 1;
        for (var k = 0; k < 30; k++)
        {
            sum += term;
            term *= 24.0 / (k + 1);
        }

        var all = term * 30 / (30 - 24);
        Assert.Equal(all / (sum + all), ErlangC.Waiting(30, 24), 12);
    }

    [Theory]
    [InlineData(1, 0.0025)]
    [InlineData(30, 0.5)]
    [InlineData(30, 0.9975)]
    [InlineData(5000, 0.5)]
    [InlineData(5000, 0.99)]
    [InlineData(5000, 0.9975)]
    public void ErlangC_AnyPlaces_IsThatOfTheUsualRecursion(int places, double utilization)
    {
        var (blocked, offered) = (1.0, places * utilization);
        for (var m = 1; m <= places; m++) blocked = offered * blocked / (m + (offered * blocked));
        Assert.Equal(blocked / (1 - (utilization * (1 - blocked))), ErlangC.Waiting(places, offered), 12);
    }

    [Theory]
    [InlineData(1, 0.7)]
    [InlineData(4, 0.8)]
    [InlineData(12, 0.9)]
    public void Distribution_SteadyQueue_AgreesWithASimulationRequestByRequest(int places, double utilization)
    {
        var (waited, responses) = Simulate(places, utilization, 400_000);
        Assert.InRange(ErlangC.Waiting(places, places * utilization), waited - 0.02, waited + 0.02);

        var model = Traces.Service with { CapacityPerReplica = 1 };
        var latencies = new Latencies(model);
        latencies.Add(new(1000, 1000, 0, utilization, 0, 0), places, places);
        var distribution = latencies.Distribution();
        foreach (var share in (double[])[0.5, 0.95, 0.99])
        {
            var simulated = responses[(int)(share * responses.Length)];
            Assert.InRange(distribution.Quantile(share).TotalSeconds, 0.93 * simulated, 1.07 * simulated);
        }
    }

    [Fact]
    public void Distribution_Backlog_ShiftsByTheWait()
    {
        var latencies = new Latencies(Traces.Service with { CapacityPerReplica = 1000 }); // service takes a millisecond
        latencies.Add(new(100, 100, 0, 1, 50, 150), ready: 1, capacity: 10);
        Assert.InRange(latencies.Distribution().Quantile(0.5).TotalSeconds, 9.7, 10.3);
        Assert.Equal(1, latencies.Distribution().ShareOver(9), 12);
        Assert.Equal(0, latencies.Distribution().ShareOver(11), 12);
    }

    [Fact]
    public void Distribution_DroppedRequests_AreOverAnyObjectiveAndInNoQuantile()
    {
        var latencies = new Latencies(Traces.Service);
        latencies.Add(new(100, 60, 25, 0.1, 0, 0), ready: 10, capacity: 100);
        Assert.Equal(0.25, latencies.Distribution().ShareOver(3600), 9);
        Assert.InRange(latencies.Distribution().Quantile(0.99).TotalSeconds, 0.46, 0.47); // -ln(0.01) / 10
    }

    [Fact]
    public void Distribution_Nothing_IsZero()
    {
        var distribution = new Latencies(Traces.Service).Distribution();
        Assert.Equal((TimeSpan.Zero, 0.0), (distribution.Quantile(0.99), distribution.ShareOver(1)));
    }

    // Request by request: each takes the place that is free first.
    private static (double Waited, double[] Responses) Simulate(int places, double utilization, int requests)
    {
        var free = new PriorityQueue<double, double>();
        for (var i = 0; i < places; i++) free.Enqueue(0, 0);
        var responses = new double[requests];
        var now = 0.0;
        var waited = 0;
        for (var i = 0; i < requests; i++)
        {
            now -= Math.Log(Chance.Uniform(1, (ulong)i)) / (places * utilization);
            var start = Math.Max(now, free.Dequeue());
            if (start > now) waited++;
            var end = start - Math.Log(Chance.Uniform(2, (ulong)i));
            free.Enqueue(end, end);
            responses[i] = end - now;
        }

        Array.Sort(responses);
        return ((double)waited / requests, responses);
    }
}
