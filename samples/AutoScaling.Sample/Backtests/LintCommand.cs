using System.CommandLine;
using AutoScaling.Simulation;

namespace AutoScaling.Sample.Backtests;

/// <summary>The command <c>lint</c>: checks policies for traps.</summary>
internal static class LintCommand
{
    private const string DefaultPolicies = "policies.yaml";

    private static readonly Option<string[]> Policies = PolicyFiles.Files(DefaultPolicies);
    private static readonly Option<string?> Service = PolicyFiles.Service("Only the policy of this service");
    private static readonly Option<TimeSpan?> Start = OptionValues.Time("--start-delay", "0s", "How long a replica takes until it serves [default: 60s]");
    private static readonly Option<TimeSpan?> Interval = OptionValues.Time("--interval", "1s", "The time between two evaluations of policies that have none of their own [default: 30s]");

    private static readonly Option<string[]> Loads = new("--load")
    {
        Description = "Loads (files, or folders with CSV files) that the policies will meet: then it is found, too, if their maximum is too small",
        HelpName = "PATH",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<double?> Capacity = OptionValues.Number(
        "--capacity", "NUMBER", "What a replica serves in full use, in the unit of the load [default: what suits each policy's range]", "a number more than 0", v => v > 0);

    public static Command Create()
    {
        var command = new Command("lint", "Checks policies for traps before they run: what is allowed, and rarely meant. Exit codes: 0 nothing was found; 1 something was; 2 a policy cannot be read.")
        {
            Policies, Service, Start, Interval, Loads, Capacity,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var options = new LintOptions();
        options = options with { StartDelay = parsed.GetValue(Start) ?? options.StartDelay, Interval = parsed.GetValue(Interval) ?? options.Interval };
        options = options with
        {
            Loads = LoadFiles.Read(parsed.GetValue(Loads) ?? [], service: null, metric: null, new()),
            CapacityPerReplica = parsed.GetValue(Capacity),
        };
        var policies = PolicyFiles.Read(parsed.GetValue(Policies), DefaultPolicies, parsed.GetValue(Service));
        var found = 0;
        foreach (var (file, policy) in policies)
        {
            foreach (var finding in PolicyLint.Check(policy, options))
            {
                Console.Out.WriteLine($"{file}: {policy.Target}: {finding.Setting}: {finding.Message} [{finding.Rule}]");
                found++;
            }
        }

        Console.Out.WriteLine($"{(found == 0 ? "Nothing" : $"{found} trap{(found == 1 ? "" : "s")}")} found in {policies.Length} polic{(policies.Length == 1 ? "y" : "ies")}.");
        return found == 0 ? 0 : Report.Failed;
    }
}
