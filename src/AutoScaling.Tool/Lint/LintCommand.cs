using System.CommandLine;
using AutoScaling.Simulation;
using AutoScaling.Tool.Findings;
using AutoScaling.Tool.Input;
using AutoScaling.Tool.Loads;
using AutoScaling.Tool.Policies;

namespace AutoScaling.Tool.Lint;

/// <summary>The command <c>lint</c>: checks policies for traps.</summary>
internal sealed class LintCommand
{
    private static readonly Option<string?> Service = PolicyFiles.Service("Only the policy of this service");
    private static readonly Option<TimeSpan?> Start = OptionValues.Time(
        "--start-delay", "0s", "How long a replica takes until it serves [default: 60s]");
    private static readonly Option<TimeSpan?> Interval = OptionValues.Time(
        "--interval", "1s", "The time between two evaluations of policies that have none of their own [default: 30s]");

    private static readonly Option<ReportFormat> Format = OptionValues.Word(
        "--format",
        ReportFormat.Text,
        "How it is told: text, json, sarif (2.1.0, for code scanning) or github (annotations of a workflow)");
    private static readonly Option<FindingLevel> FailOn = OptionValues.Word(
        "--fail-on",
        FindingLevel.Warning,
        "From when on the exit code is 1: at a warning, which every trap is, or not before an error",
        from: FindingLevel.Warning);

    private static readonly Option<string[]> Loads = new("--load")
    {
        Description = "Loads (files, or folders with CSV files) that the policies will meet: "
            + "then it is found, too, if their maximum is too small",
        HelpName = "PATH",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<double?> Capacity = OptionValues.Number(
        "--capacity",
        "NUMBER",
        "What a replica serves in full use, in the unit of the load [default: what suits each policy's range]",
        "a number more than 0",
        v => v > 0);

    private readonly CommandDefaults _defaults;
    private readonly Option<string[]> _policies;
    private readonly Argument<string[]> _files = new("FILE")
    {
        Description = "The policies, as --policy names them",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private LintCommand(CommandDefaults defaults) => (_defaults, _policies) = (defaults, PolicyFiles.Files(defaults.LintPolicies));

    public static Command Create(CommandDefaults defaults) => new LintCommand(defaults).Create();

    private Command Create()
    {
        var command = new Command("lint", "Checks policies for traps before they run: what is allowed, and rarely meant. "
            + "Exit codes: 0 nothing was found that --fail-on names; 1 something was; 2 a policy cannot be read.")
        {
            _files, _policies, Service, Format, FailOn, Start, Interval, Loads, Capacity,
        };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var start = new LintOptions();
        var options = start with
        {
            StartDelay = parsed.GetValue(Start) ?? start.StartDelay,
            Interval = parsed.GetValue(Interval) ?? start.Interval,
            Loads = LoadFiles.Read(parsed.GetValue(Loads) ?? [], service: null, metric: null, new()),
            CapacityPerReplica = parsed.GetValue(Capacity),
        };
        string[] paths = [.. parsed.GetValue(_files) ?? [], .. parsed.GetValue(_policies) ?? []];
        List<Finding> results = [];
        List<PolicyOfFile> read = [];
        foreach (var path in PolicyFiles.Paths(paths, _defaults.LintPolicies))
        {
            try
            {
                read.AddRange(PolicyFiles.Load(path));
            }
            catch (CommandException e)
            {
                results.AddRange(e.Errors.Select(error => LintFindings.Of(path, error)));
            }
        }

        // A service that is not there may stand in what cannot be read.
        var policies = results.Count == 0 ? PolicyFiles.Of(read, parsed.GetValue(Service)) : [.. read];
        results.AddRange(policies.SelectMany(p => PolicyLint.Check(p.Policy, options).Select(f => LintFindings.Of(p, f))));
        if (!FindingReport.Write(parsed.GetValue(Format), results, policies.Length))
            TextReport.Write(Console.Out, Console.Error, results, policies.Length);
        if (results.Any(r => r.Level == FindingLevel.Error)) return Report.Wrong;
        return results.Any(r => r.Level >= parsed.GetValue(FailOn)) ? Report.Failed : 0;
    }
}
