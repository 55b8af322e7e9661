using Microsoft.Extensions.Options;

namespace AutoScaling.Hosting;

/// <summary>Checks the loop's settings, all of them, when the host starts.</summary>
internal sealed class AutoScalingOptionsValidator(IEnumerable<OptionsFromConfiguration> sections) : IValidateOptions<AutoScalingOptions>
{
    public ValidateOptionsResult Validate(string? name, AutoScalingOptions options)
    {
        List<string> errors = [.. sections.SelectMany(section => section.Errors()), .. OptionsSettings.Loop.Broken(options)];
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
