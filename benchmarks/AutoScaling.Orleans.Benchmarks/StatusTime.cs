namespace AutoScaling.Orleans.Benchmarks;

/// <summary>What the status of a whole cluster costs the silo that asks for it.</summary>
internal static class StatusTime
{
    private const int Times = 5;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(16);

    public static async Task RunAsync(int targets)
    {
        await using var redis = RedisProcess.Start();
        var members = Enumerable.Range(0, 2).Select(_ => SiloProcess.Start(targets, redis, MemberKind.Instant)).ToList();
        try
        {
            await Takeover.SettledAsync(members, targets, Turn);
            for (var i = 0; i < Times; i++)
            {
                var answer = (await members[0].AskStatusAsync()).Split(' ');
                Console.WriteLine($"{answer[0]} targets: {answer[1]} ms of processor time");
            }
        }
        finally
        {
            await Takeover.EndAsync(members);
        }
    }
}
