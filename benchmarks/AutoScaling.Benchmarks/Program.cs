using AutoScaling.Benchmarks;
using BenchmarkDotNet.Running;

// "fleet" runs the hosted loop as a process of its own, which a benchmark inside a process cannot show.
if (args is ["fleet", ..]) return await Fleet.RunAsync(args[1..]);

// "decisions" finds the least time of a decision.
if (args is ["decisions", ..]) return DecisionRounds.Run(args[1..]);

// "forecasts" finds that of an evaluation of a forecast.
if (args is ["forecasts"]) return ForecastRounds.Run();

// "backtests" writes a document.
if (args is ["backtests", ..]) return await BacktestTable.RunAsync(args[1..]);

var summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args).ToArray();

// BenchmarkDotNet itself ends with 0 when a benchmark throws, does not build, or when the filter matches nothing.
if (summaries.Length == 0) return args.Any(a => a is "--list" or "--help" or "--info" or "--version") ? 0 : 1;
var failed = summaries.Any(s =>
    s.HasCriticalValidationErrors || s.Reports.Length < s.BenchmarksCases.Length || s.Reports.Any(r => !r.Success));
return failed ? 1 : 0;
