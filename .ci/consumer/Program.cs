using System.Reflection;
using AutoScaling;

var failures = 0;

void Check(bool holds, string promise)
{
    if (holds) return;
    failures++;
    Console.Error.WriteLine($"Broken in the package: {promise}");
}

var range = new ReplicaRange(1, 10);
Check(range.Clamp(12) == 10, "12 replicas come down to the maximum of 10.");
Check(range.Clamp(0) == 1, "0 replicas come up to the minimum of 1.");

var message = "";
try { _ = new ReplicaRange(5, 3); }
catch (ScalingException e) { message = e.Message; }
Check(message == "Max must be at least Min (5), but is 3.", $"a wrong range says what is wrong, but said '{message}'.");

Console.WriteLine($"AutoScaling {typeof(ReplicaRange).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion}, {failures} checks failed");
return failures == 0 ? 0 : 1;
