using AutoScaling.Primitives;
using Microsoft.Extensions.Options;

namespace AutoScaling.AspNetCore.Health;

/// <summary>Checks the settings of the health check when the host starts; all errors are told at once.</summary>
internal sealed class AutoScalingHealthOptionsValidator : IValidateOptions<AutoScalingHealthOptions>
{
    public ValidateOptionsResult Validate(string? name, AutoScalingHealthOptions options)
    {
        List<string> errors = [];
        Try(() => Bounds.PositiveTime.Check(options.UnhealthyAfter, nameof(options.UnhealthyAfter)));
        Try(() => Bounds.Time.Check(options.TroubleAfter, nameof(options.TroubleAfter)));
        Try(() => Bounds.Time.Check(options.SaturatedAfter, nameof(options.SaturatedAfter)));
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Try(Action check)
        {
            try
            {
                check();
            }
            catch (ScalingException e)
            {
                errors.Add(e.Message);
            }
        }
    }
}
