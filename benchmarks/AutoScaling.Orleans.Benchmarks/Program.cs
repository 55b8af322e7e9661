using AutoScaling.Orleans.Benchmarks;

// How much a cluster costs beside a host that is alone, and how soon others go on with the targets of a silo that is killed.
// Usage: AutoScaling.Orleans.Benchmarks [TARGETS,TARGETS ...] [SILOS,SILOS ...] [SECONDS]; 0 silos is a host that is alone. Needs redis-server.
if (args is ["silo", ..]) return await Member.RunAsync(args[1..]);
int[] Numbers(int index, string usual) => [.. (args.Length > index ? args[index] : usual).Split(',').Select(n => int.Parse(n, System.Globalization.CultureInfo.InvariantCulture))];
var seconds = Numbers(2, "60")[0];
Console.WriteLine("| targets | silos | evaluations/s | CPU of all silos | CPU of Redis | memory of the largest silo | writes/s | all evaluated again after a kill |");
Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
foreach (var targets in Numbers(0, "1000,10000,100000"))
{
    foreach (var silos in Numbers(1, "0,2,3")) Console.WriteLine(await Fleet.MeasureAsync(targets, silos, TimeSpan.FromSeconds(seconds)));
}

return 0;
