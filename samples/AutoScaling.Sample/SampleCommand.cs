using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using AutoScaling.Sample.Run;

namespace AutoScaling.Sample;

/// <summary>The command line: its options, their help and their rules.</summary>
internal static class SampleCommand
{
    private const double MostSpeedUp = 1e9;

    private static readonly Option<TimeSpan> Duration = new("--duration")
    {
        Description = "How long to run, from 1s to 24h: seconds (60), or with a unit (90s, 2m)",
        HelpName = "TIME",
        DefaultValueFactory = _ => SampleOptions.DefaultDuration,
        CustomParser = r => Parsed(r, "a time from 1s to 24h, such as 60, 90s or 2m", Time),
    };

    private static readonly Option<string?> Load = new("--load")
    {
        Description = "A load trace to play instead of the built-in profile: CSV with the header 'time_s,load' (seconds, jobs per second); one that is shorter than the run begins again",
        HelpName = "FILE",
    };

    private static readonly Option<double?> SpeedUp = new("--speed-up")
    {
        Description = "How much faster than recorded the trace is played: 1440 plays a day in a minute [default: 1]",
        HelpName = "FACTOR",
        CustomParser = r => Parsed(r, "a number more than 0 and at most 1000000000", text => Number(text) is > 0 and <= MostSpeedUp and var v ? v : (double?)null),
    };

    private static readonly Option<double?> Peak = new("--peak")
    {
        Description = "Scales the load so that the highest of the run is this many jobs per second; a worker does about 13 [default: as it is; profile: 54]",
        HelpName = "JOBS",
        CustomParser = r => Parsed(r, "a number of jobs per second more than 0 and at most 1000", text => Number(text) is > 0 and <= SampleRun.MostLoad and var v ? v : (double?)null),
    };

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
        CustomParser = r => Parsed(r, "a whole number", text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var v) ? v : (int?)null),
    };

    public static Task<int> InvokeAsync(string[] args)
    {
        var command = new RootCommand($"""
            Watch AutoScaling at work: a queue of jobs, worker processes that do them, a load that rises and falls, and an autoscaler that follows it.

            It ends by itself, or early with Ctrl-C; no worker is left either way. Then it prints a summary, and leaves a plot and the log of all decisions in the output folder.
            If the output is not a terminal, it prints plain lines instead of the live table.

            Exit codes: 0 the run is complete; 2 an option, file or policy is wrong; 130 ended by Ctrl-C, 143 by SIGTERM; 1 anything else.
            """)
        {
            Duration, Load, SpeedUp, Peak, Policy, Simulated, Output, Seed,
        };
        command.SetAction((parsed, _) => SampleRun.RunAsync(Options(parsed)));
        var parsed = command.Parse(args);
        return Report.ErrorsAsync(() =>
        {
            if (parsed.Errors.Count > 0) throw new SampleException([.. parsed.Errors.Select(e => e.Message)]);
            // Signals and exceptions are the run's own business.
            return parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        });
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
        if (options.SpeedUp is not null && options.LoadFile is null) throw new SampleException("--speed-up needs a trace to play: add --load FILE.");
        if (options.Simulated && (options.LoadFile ?? options.Peak as object) is not null) throw new SampleException("--simulated makes up its own load: leave out --load and --peak.");
        return options;
    }

    private static T Parsed<T>(ArgumentResult result, string rule, Func<string, T?> parse)
        where T : struct
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (parse(text) is { } value) return value;
        result.AddError($"{((OptionResult)result.Parent!).Option.Name} must be {rule}, but is '{text}'.");
        return default;
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    private static TimeSpan? Time(string text)
    {
        (string Suffix, double Seconds)[] units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("", 1)];
        var (suffix, unit) = units.First(u => text.EndsWith(u.Suffix, StringComparison.OrdinalIgnoreCase));
        return Number(text[..^suffix.Length]) * unit is >= 1 and <= 86_400 and var seconds ? TimeSpan.FromSeconds(seconds) : null;
    }
}
