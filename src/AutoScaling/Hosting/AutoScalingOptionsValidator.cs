using AutoScaling.Primitives;
using Microsoft.Extensions.Options;

namespace AutoScaling.Hosting;

/// <summary>Checks the loop's settings, all of them, when the host starts.</summary>
internal sealed class AutoScalingOptionsValidator : IValidateOptions<AutoScalingOptions>
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    public ValidateOptionsResult Validate(string? name, AutoScalingOptions options)
    {
        var errors = new List<string>();
        void Check(bool good, string setting, string rule, object? value)
        {
            if (!good) errors.Add($"{setting} must be {rule}, but is {(value is TimeSpan time ? Phrase.Of(time) : value is double number ? Phrase.Of(number) : value)}.");
        }

        Check(options.Interval > TimeSpan.Zero && options.Interval <= Day, nameof(options.Interval), "more than 0 and at most 24 hours", options.Interval);
        Check(options.StartJitter is >= 0 and <= 1, nameof(options.StartJitter), "between 0 and 1", options.StartJitter);
        Check(options.MaxConcurrency >= 1, nameof(options.MaxConcurrency), "at least 1", options.MaxConcurrency);
        Check(options.EvaluationTimeout > TimeSpan.Zero && options.EvaluationTimeout <= Day, nameof(options.EvaluationTimeout), "more than 0 and at most 24 hours", options.EvaluationTimeout);
        Check(options.RecentRecords >= 1, nameof(options.RecentRecords), "at least 1", options.RecentRecords);
        Check(options.SaveInterval > TimeSpan.Zero && options.SaveInterval <= Day, nameof(options.SaveInterval), "more than 0 and at most 24 hours", options.SaveInterval);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
