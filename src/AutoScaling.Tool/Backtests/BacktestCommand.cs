using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using AutoScaling.Simulation;
using AutoScaling.Tool.Input;
using AutoScaling.Tool.Loads;
using AutoScaling.Tool.Policies;

namespace AutoScaling.Tool.Backtests;

/// <summary>The command <c>backtest</c>: tries policies and baselines on recorded loads.</summary>
internal sealed class BacktestCommand
{
    private static readonly Option<string?> LoadMetric = new("--load-metric")
    {
        Description = "The metric of a decision log that is the load [default: request_rate]",
        HelpName = "NAME",
    };

    private static readonly Option<string?> LoadService = new("--load-service")
    {
        Description = "The service whose records of a decision log are the load [default: the only one in it]",
        HelpName = "NAME",
    };

    private static readonly Option<string?> Service = PolicyFiles.Service("Only the policy of this service");
    private static readonly Option<bool> NoBaselines = new("--no-baselines")
    {
        Description = $"Leaves out the baselines: {string.Join(", ", Candidate.Baselines.Select(b => b.Name))}",
    };

    private static readonly Option<bool> NoPolicies = new("--no-policies") { Description = "Leaves out the policies: baselines only" };

    private static readonly Option<string[]> Sweeps = new("--sweep")
    {
        Description = "Varies one setting of the policy: cpuTarget=50,60,70, or rules[0].target=40..90..10 (from, to, step), or "
            + "behavior.scaleDown.cooldown=1m..10m..1m; can be given several times",
        HelpName = "SETTING=VALUES",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string?> Baseline = new("--baseline")
    {
        Description = "The candidate that elastic speedup is against [default: the first]",
        HelpName = "NAME",
    };

    private static readonly Option<TimeSpan?> Interval = OptionValues.Time("--interval", "1s",
        "The time between two evaluations of policies that have none of their own [default: 30s]");
    private static readonly Option<TimeSpan?> Step = OptionValues.Time("--step", "1ms",
        "The step of the model [default: at most 15s, fit for the load and the intervals]; with --prometheus, the time between two "
        + "samples of the load [default: 1m]");

    private static readonly Option<double?> WarmUpShare = OptionValues.Number(
        "--warm-up-share", "SHARE", "The share of the load, from its start, that is run but not scored [default: 0.25]",
            "a number of at least 0 and less than 1", v => v is >= 0 and < 1);

    private static readonly Option<ulong> Seed = new("--seed")
    {
        Description = "Where chance starts: it draws the start delays",
        HelpName = "NUMBER",
        DefaultValueFactory = _ => 1,
        CustomParser = r => OptionValues.Parsed(r, "a whole number of at least 0", Whole),
    };

    private static readonly Option<string?> Output = new("--output")
    {
        Description = "The folder for report.html, report.json and report.csv; it is created, and files of an earlier backtest are "
            + "replaced [default: none is written]",
        HelpName = "FOLDER",
    };

    private readonly CommandDefaults _defaults;
    private readonly Option<string[]> _policies;
    private readonly Option<string[]> _loads;

    private BacktestCommand(CommandDefaults defaults)
    {
        _defaults = defaults;
        _policies = PolicyFiles.Files(defaults.BacktestPolicies);
        _loads = new("--load")
        {
            Description = "A load, or a folder of CSV files: CSV ('time_s,load', or as Grafana, CloudWatch, Datadog or a spreadsheet "
                + "exports it), the answer of a Prometheus range query, JSON of CloudWatch or Datadog, or the decision log of a run; "
                + $"can be given several times{CommandDefaults.Said(defaults.Loads)}",
            HelpName = "FILE",
            AllowMultipleArgumentsPerToken = true,
        };
    }

    public static Command Create(CommandDefaults defaults) => new BacktestCommand(defaults).Create();

    private Command Create()
    {
        var command = new Command("backtest", "Tries policies on recorded load, with the engine that runs in production and a model "
            + "of the service, and scores them beside baselines. Exit codes: 0 it is complete; 2 an option, file or policy is wrong; "
            + "130 ended by Ctrl-C, 143 by SIGTERM; 1 anything else.")
        {
            _loads, LoadService, LoadMetric, _policies, Service, NoPolicies, NoBaselines, Baseline, Sweeps, Output,
        };
        foreach (var option in PrometheusLoads.All) command.Options.Add(option);
        foreach (var option in LoadReading.All) command.Options.Add(option);
        foreach (var option in ModelOptions.All) command.Options.Add(option);
        foreach (var option in new Option[] { Interval, Step, WarmUpShare, Seed }) command.Options.Add(option);
        command.SetAction((parsed, _) => RunAsync(parsed, TimeProvider.System));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, TimeProvider time)
    {
        var begin = time.GetTimestamp();
        using var signals = new StopSignals();
        ImmutableArray<PolicyOfFile> policies = parsed.GetValue(NoPolicies)
            ? []
            : PolicyFiles.Read(parsed.GetValue(_policies), _defaults.BacktestPolicies, parsed.GetValue(Service));
        ImmutableArray<Candidate> baselines = parsed.GetValue(NoBaselines) ? [] : [.. Candidate.Baselines];
        ImmutableArray<Candidate> candidates = [.. baselines, .. PolicyFiles.Candidates(policies)];
        var sweeps = SweepsOf(parsed.GetValue(Sweeps) ?? [], policies);
        Check(parsed, candidates);
        ImmutableArray<LoadTrace> traces;
        try
        {
            traces = await LoadsAsync(parsed, time, signals.Token);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return await StoppedAsync(signals);
        }

        var model = ModelOptions.Read(parsed, candidates);
        ModelOptions.Check(model(traces[0]), candidates);
        foreach (var note in ModelOptions.Notes(parsed, candidates)) await Console.Error.WriteLineAsync(note);
        var options = OptionsOf(parsed);
        var files = parsed.GetValue(Output) is { } folder ? new ReportFiles(folder) : null;

        var all = (candidates.Length + sweeps.Sum(s => s.Values.Length)) * traces.Length;
        try
        {
            var report = await ProgressView.ShowAsync(all, time, progress => new BacktestReport(
                Backtest.Compare(candidates, traces, model, options, progress, signals.Token),
                [.. sweeps.Select(s => Backtest.Sweep(s.Of(policies[0].Policy), traces, model, options, progress, signals.Token))],
                parsed.GetValue(Baseline))
            {
                Command = CommandLine.Of(_defaults.Program, parsed),
            });
            Console.Out.WriteLine(report.ToTable().TrimEnd());
            Console.Out.WriteLine();
            files?.Write(report);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return await StoppedAsync(signals);
        }

        var loads = $"{traces.Length} load{(traces.Length == 1 ? "" : "s")}";
        Console.Out.WriteLine($"{all} backtests on {loads} took {Seconds(time.GetElapsedTime(begin))}.");
        if (files is not null) Console.Out.WriteLine($"Written  {files.Html}, and the same as JSON and CSV beside it");
        return signals.ExitCode;
    }

    private static async Task<int> StoppedAsync(StopSignals signals)
    {
        await Console.Error.WriteLineAsync("The backtest was stopped before its end, and has no result.");
        return signals.ExitCode;
    }

    private async Task<ImmutableArray<LoadTrace>> LoadsAsync(ParseResult parsed, TimeProvider time, CancellationToken stop)
    {
        var asked = PrometheusLoads.IsAsked(parsed);
        ImmutableArray<LoadTrace> queried = asked
            ? [await PrometheusLoads.ReadAsync(parsed, parsed.GetValue(Step), time.GetUtcNow(), new QueryView(Console.Error), stop)]
            : [];
        string[] paths = parsed.GetValue(_loads) is { Length: > 0 } given ? given : asked ? [] : [DefaultLoads()];
        return queried.AddRange(FilesOf(parsed, paths));
    }

    private string DefaultLoads() => _defaults.Loads is { } loads
        ? Path.Combine(AppContext.BaseDirectory, loads)
        : throw new CommandException("There is no load to try policies on: add --load FILE, or --prometheus URL.");

    private static ulong? Whole(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static string Seconds(TimeSpan time) =>
        time.TotalSeconds.ToString(time.TotalSeconds < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) + " s";

    private static ImmutableArray<LoadTrace> FilesOf(ParseResult parsed, string[] paths) =>
        LoadFiles.Read(paths, parsed.GetValue(LoadService), parsed.GetValue(LoadMetric), LoadReading.Options(parsed));

    private static BacktestOptions OptionsOf(ParseResult parsed)
    {
        var start = new BacktestOptions();
        return new()
        {
            Interval = parsed.GetValue(Interval) ?? start.Interval,
            Step = PrometheusLoads.IsAsked(parsed) ? null : parsed.GetValue(Step),
            WarmUpShare = parsed.GetValue(WarmUpShare) ?? start.WarmUpShare,
            Seed = parsed.GetValue(Seed),
        };
    }

    /// <summary>Reads the sweeps, and makes every policy of them once, so that a wrong one is told before anything runs.</summary>
    private static ImmutableArray<Sweeping> SweepsOf(string[] texts, ImmutableArray<PolicyOfFile> policies)
    {
        ImmutableArray<Sweeping> sweeps = [.. texts.Select(Sweeping.Parse)];
        if (sweeps.IsEmpty) return sweeps;
        if (policies.IsEmpty) throw new CommandException("--sweep needs a policy to vary: leave out --no-policies.");
        if (policies.Length > 1)
        {
            var services = string.Join(", ", policies.Select(p => p.Policy.Target));
            throw new CommandException(
                $"--sweep varies one policy, but there are {policies.Length} ({services}): choose one with --service NAME.");
        }

        foreach (var sweep in sweeps)
        {
            foreach (var value in sweep.Values) sweep.Apply(policies[0].Policy, value);
        }

        return sweeps;
    }

    private static void Check(ParseResult parsed, ImmutableArray<Candidate> candidates)
    {
        if (candidates.IsEmpty) throw new CommandException("There is nothing to try: leave out --no-policies or --no-baselines.");
        if (parsed.GetValue(Baseline) is not { } baseline
            || candidates.Any(c => string.Equals(c.Name, baseline, StringComparison.Ordinal)))
        {
            return;
        }

        var names = string.Join(", ", candidates.Select(c => $"'{c.Name}'"));
        throw new CommandException($"--baseline must be one of {names}, but is '{baseline}'.");
    }
}
