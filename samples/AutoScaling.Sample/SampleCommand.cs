using System.CommandLine;
using System.Globalization;
using AutoScaling.Sample.Run;
using AutoScaling.Tool.Backtests;
using AutoScaling.Tool.Commands;
using AutoScaling.Tool.Input;
using AutoScaling.Tool.Lint;
using AutoScaling.Tool.Replay;

namespace AutoScaling.Sample;

/// <summary>The command line: its options, their help and their rules.</summary>
internal static class SampleCommand
{
    private const double MostSpeedUp = 1e9;

    /// <summary>The sample has the commands of the tool, with files of its own where a user names none.</summary>
    private static readonly CommandDefaults Defaults = new()
    {
        Program = "dotnet run --project samples/AutoScaling.Sample -c Release --",
        BacktestPolicies = "backtest.yaml",
        LintPolicies = "policies.yaml",
        Loads = "loads",
        Log = Path.Combine(SampleOptions.DefaultOutput, "decisions.jsonl"),
    };

    private static readonly Option<TimeSpan> Duration = new("--duration")
    {
        Description = "How long to run, from 1s to 24h: seconds (60), or with a unit (90s, 2m)",
        HelpName = "TIME",
        DefaultValueFactory = _ => SampleOptions.DefaultDuration,
        CustomParser = r => OptionValues.Parsed(r, OptionValues.TimeRule("1s"), text => OptionValues.Time(text, "1s")),
    };

    private static readonly Option<string?> Load = new("--load")
    {
        Description = "A load trace to play instead of the built-in profile: CSV such as 'time_s,load' (seconds, jobs per second), or what else 'backtest' reads; one that is shorter than the run begins again",
        HelpName = "FILE",
    };

    private static readonly Option<double?> SpeedUp = OptionValues.Number(
        "--speed-up",
        "FACTOR",
        "How much faster than recorded the trace is played: 1440 plays a day in a minute [default: 1]",
        "a number more than 0 and at most 1000000000",
        v => v is > 0 and <= MostSpeedUp);

    private static readonly Option<double?> Peak = OptionValues.Number(
        "--peak",
        "JOBS",
        "Scales the load so that the highest of the run is this many jobs per second; a worker does about 13 [default: as it is; profile: 54]",
        "a number of jobs per second more than 0 and at most 1000",
        v => v is > 0 and <= SampleRun.MostLoad);

    private static readonly Option<string?> Policy = new("--policy")
    {
        Description = "The policies, as JSON or YAML; changes to the file take effect while the sample runs [default: the policies.yaml beside the program]",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Simulated = new("--simulated")
    {
        Description = "Starts no process: made-up metrics of several services, and a scaler that only counts",
    };

    private static readonly Option<string> Output = new("--output")
    {
        Description = "The folder for the plot, the decision log and the log; it is created, and files of an earlier run are replaced",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => SampleOptions.DefaultOutput,
    };

    private static readonly Option<int> Seed = new("--seed")
    {
        Description = "Where chance starts: the same seed makes the same jobs at the same times",
        HelpName = "NUMBER",
        DefaultValueFactory = _ => 1,
        CustomParser = r => OptionValues.Parsed(r, "a whole number", text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var v) ? v : (int?)null),
    };

    public static Task<int> InvokeAsync(string[] args)
    {
        var command = new RootCommand($"""
            Watch AutoScaling at work: a queue of jobs, worker processes that do them, a load that rises and falls, and an autoscaler that follows it.

            It ends by itself, or early with Ctrl-C; no worker is left either way. Then it prints a summary, and leaves a plot and the log of all decisions in the output folder.
            If the output is not a terminal, it prints plain lines instead of the live table.

            The commands below try policies without waiting for anything: 'backtest' on a recorded load, 'replay' on the decisions of a run, 'lint' on their settings.

            Exit codes: 0 the run is complete; 2 an option, file or policy is wrong; 130 ended by Ctrl-C, 143 by SIGTERM; 1 anything else.
            """)
        {
            Duration, Load, SpeedUp, Peak, Policy, Simulated, Output, Seed,
            BacktestCommand.Create(Defaults), ReplayCommand.Create(Defaults), LintCommand.Create(Defaults),
        };
        command.SetAction((parsed, _) => SampleRun.RunAsync(Options(parsed)));
        return CommandRun.InvokeAsync(command, args);
    }

    private static SampleOptions Options(ParseResult parsed)
    {
        var options = new SampleOptions
        {
            Duration = parsed.GetValue(Duration),
            LoadFile = parsed.GetValue(Load),
            SpeedUp = parsed.GetValue(SpeedUp),
            Peak = parsed.GetValue(Peak),
            PolicyFile = parsed.GetValue(Policy),
            Simulated = parsed.GetValue(Simulated),
            Output = parsed.GetValue(Output)!,
            Seed = parsed.GetValue(Seed),
        };
        if (options.SpeedUp is not null && options.LoadFile is null) throw new CommandException("--speed-up needs a trace to play: add --load FILE.");
        if (options.Simulated && (options.LoadFile ?? options.Peak as object) is not null) throw new CommandException("--simulated makes up its own load: leave out --load and --peak.");
        return options;
    }
}
