using System.Globalization;
using AutoScaling.Sample;
using AutoScaling.Sample.Work;

// The sample, part by part:
//   SampleCommand   the options and their help
//   Run             the host with the autoscaler (SampleHost), the policies, the course of a run
//   Load            how many jobs arrive when: the built-in profile, or a trace
//   Work            the dispatcher's queue, and the worker processes that do the jobs
//   src/AutoScaling.Tool has the commands backtest, replay and lint
//   Output          live table or plain lines, summary, plot
return args is [Worker.Command, var text] && int.TryParse(text, CultureInfo.InvariantCulture, out var port) ? await Worker.RunAsync(port) : await SampleCommand.InvokeAsync(args);
