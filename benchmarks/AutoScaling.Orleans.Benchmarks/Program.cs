using System.Globalization;
using AutoScaling.Orleans.Benchmarks;

// What a cluster costs beside a host that is alone, and what becomes of the targets of a silo that is killed. Needs redis-server.
//   AutoScaling.Orleans.Benchmarks [TARGETS,TARGETS ...] [SILOS,SILOS ...] [SECONDS]   a row for each; 0 silos is a host that is alone
//   AutoScaling.Orleans.Benchmarks kills [COUNT] [TARGETS]                             kills a silo so often while targets are scaled
//   AutoScaling.Orleans.Benchmarks status [TARGETS]                                    asks one of two silos for the status of all
switch (args)
{
    case ["silo", .. var arguments]:
        return await Member.RunAsync(arguments);
    case ["kills", .. var arguments]:
        return await Kills.RunAsync(Numbers(arguments, 0, "20")[0], Numbers(arguments, 1, "2000")[0]) ? 0 : 1;
    case ["status", .. var arguments]:
        await StatusTime.RunAsync(Numbers(arguments, 0, "10000")[0]);
        return 0;
    default:
        Console.WriteLine(Fleet.Heading);
        foreach (var targets in Numbers(args, 0, "1000,10000,100000"))
        {
            foreach (var silos in Numbers(args, 1, "0,2,3"))
                Console.WriteLine(await Fleet.MeasureAsync(targets, silos, TimeSpan.FromSeconds(Numbers(args, 2, "60")[0])));
        }

        return 0;
}

static int[] Numbers(string[] arguments, int index, string usual) =>
    [.. (arguments.Length > index ? arguments[index] : usual).Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
