using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using AutoScaling.Sample.Output;
using AutoScaling.Sample.Run;
using AutoScaling.Simulation;

namespace AutoScaling.Sample.Backtests;

/// <summary>The command <c>backtest</c>: tries policies and baselines on recorded loads.</summary>
internal static class BacktestCommand
{
    private const string DefaultPolicies = "backtest.yaml";
    private const string DefaultLoads = "loads";

    private static readonly Option<string[]> Loads = new("--load")
    {
        Description = "A load, or a folder of CSV files: CSV ('time_s,load', or as Grafana, CloudWatch, Datadog or a spreadsheet exports it), the answer of a Prometheus range query, JSON of CloudWatch or Datadog, or the decision log of a run; can be given several times "
            + $"[default: the {DefaultLoads} beside the program]",
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = true,
    };

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

    private static readonly Option<string[]> Policies = PolicyFiles.Files(DefaultPolicies);
    private static readonly Option<string?> Service = PolicyFiles.Service("Only the policy of this service");
    private static readonly Option<bool> NoBaselines = new("--no-baselines") { Description = $"Leaves out the baselines: {string.Join(", ", Candidate.Baselines.Select(b => b.Name))}" };
    private static readonly Option<bool> NoPolicies = new("--no-policies") { Description = "Leaves out the policies: baselines only" };

    private static readonly Option<string[]> Sweeps = new("--sweep")
    {
        Description = "Varies one setting of the policy: cpuTarget=50,60,70, or rules[0].target=40..90..10 (from, to, step), or behavior.scaleDown.cooldown=1m..10m..1m; can be given several times",
        HelpName = "SETTING=VALUES",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string?> Baseline = new("--baseline")
    {
        Description = "The candidate that elastic speedup is against [default: the first]",
        HelpName = "NAME",
    };

    private static readonly Option<TimeSpan?> Interval = OptionValues.Time("--interval", "1s", "The time between two evaluations of policies that have none of their own [default: 30s]");
    private static readonly Option<TimeSpan?> Step = OptionValues.Time("--step", "1ms", "The step of the model [default: at most 15s, fit for the load and the intervals]; with --prometheus, the time between two samples of the load [default: 1m]");

    private static readonly Option<double?> WarmUpShare = OptionValues.Number(
        "--warm-up-share", "SHARE", "The share of the load, from its start, that is run but not scored [default: 0.25]", "a number of at least 0 and less than 1", v => v is >= 0 and < 1);

    private static readonly Option<ulong> Seed = new("--seed")
    {
        Description = "Where chance starts: it draws the start delays",
        HelpName = "NUMBER",
        DefaultValueFactory = _ => 1,
        CustomParser = r => OptionValues.Parsed(r, "a whole number of at least 0", text => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var v) ? v : (ulong?)null),
    };

    private static readonly Option<string?> Output = new("--output")
    {
        Description = "The folder for report.html, report.json and report.csv; it is created, and files of an earlier backtest are replaced [default: none is written]",
        HelpName = "FOLDER",
    };

    public static Command Create()
    {
        var command = new Command("backtest", "Tries policies on recorded load, with the engine that runs in production and a model of the service, and scores them beside baselines. Exit codes: 0 it is complete; 2 an option, file or policy is wrong; 130 ended by Ctrl-C, 143 by SIGTERM; 1 anything else.")
        {
            Loads, LoadService, LoadMetric, Policies, Service, NoPolicies, NoBaselines, Baseline, Sweeps, Output,
        };
        foreach (var option in PrometheusLoads.All) command.Options.Add(option);
        foreach (var option in LoadReading.All) command.Options.Add(option);
        foreach (var option in ModelOptions.All) command.Options.Add(option);
        foreach (var option in new Option[] { Interval, Step, WarmUpShare, Seed }) command.Options.Add(option);
        command.SetAction((parsed, _) => RunAsync(parsed, TimeProvider.System));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, TimeProvider time)
    {
        var begin = time.GetTimestamp();
        using var signals = new StopSignals();
        var policies = parsed.GetValue(NoPolicies) ? [] : PolicyFiles.Read(parsed.GetValue(Policies), DefaultPolicies, parsed.GetValue(Service));
        ImmutableArray<Candidate> candidates = [.. parsed.GetValue(NoBaselines) ? [] : Candidate.Baselines, .. PolicyFiles.Candidates(policies)];
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
                Command = CommandLine.Of(parsed),
            });
            Console.Out.WriteLine(report.ToTable().TrimEnd());
            Console.Out.WriteLine();
            files?.Write(report);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return await StoppedAsync(signals);
        }

        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{all} backtests on {traces.Length} load{(traces.Length == 1 ? "" : "s")} took {Texts.Seconds(time.GetElapsedTime(begin))}."));
        if (files is not null) Console.Out.WriteLine($"Written  {files.Html}, and the same as JSON and CSV beside it");
        return signals.ExitCode;
    }

    private static async Task<int> StoppedAsync(StopSignals signals)
    {
        await Console.Error.WriteLineAsync("The backtest was stopped before its end, and has no result.");
        return signals.ExitCode;
    }

    private static async Task<ImmutableArray<LoadTrace>> LoadsAsync(ParseResult parsed, TimeProvider time, CancellationToken stop)
    {
        ImmutableArray<LoadTrace> queried = [];
        if (PrometheusLoads.IsAsked(parsed))
            queried = [await PrometheusLoads.ReadAsync(parsed, parsed.GetValue(Step), time.GetUtcNow(), new QueryView(Console.Error), stop)];
        string[] paths = parsed.GetValue(Loads) is { Length: > 0 } given ? given : queried.IsEmpty ? [Path.Combine(AppContext.BaseDirectory, DefaultLoads)] : [];
        return queried.AddRange(FilesOf(parsed, paths));
    }

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
    private static ImmutableArray<Sweeping> SweepsOf(string[] texts, ImmutableArray<(string File, ScalingPolicy Policy)> policies)
    {
        ImmutableArray<Sweeping> sweeps = [.. texts.Select(Sweeping.Parse)];
        if (sweeps.IsEmpty) return sweeps;
        if (policies.IsEmpty) throw new SampleException("--sweep needs a policy to vary: leave out --no-policies.");
        if (policies.Length > 1)
            throw new SampleException($"--sweep varies one policy, but there are {policies.Length} ({string.Join(", ", policies.Select(p => p.Policy.Target))}): choose one with --service NAME.");
        foreach (var sweep in sweeps)
        {
            foreach (var value in sweep.Values) sweep.Apply(policies[0].Policy, value);
        }

        return sweeps;
    }

    private static void Check(ParseResult parsed, ImmutableArray<Candidate> candidates)
    {
        if (candidates.IsEmpty) throw new SampleException("There is nothing to try: leave out --no-policies or --no-baselines.");
        if (parsed.GetValue(Baseline) is { } baseline && !candidates.Any(c => c.Name == baseline))
            throw new SampleException($"--baseline must be one of {string.Join(", ", candidates.Select(c => $"'{c.Name}'"))}, but is '{baseline}'.");
    }
}
