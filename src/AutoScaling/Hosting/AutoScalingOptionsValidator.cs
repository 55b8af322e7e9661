using AutoScaling.Documents;
using AutoScaling.Evaluating;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AutoScaling.Hosting;

/// <summary>
/// Checks the loop's settings, all of them, when the host starts; if some are wrong, the policies too, so that all errors are told in one
/// round.
/// </summary>
internal sealed class AutoScalingOptionsValidator(
    IEnumerable<OptionsFromConfiguration> sections, IServiceProvider services) : IValidateOptions<AutoScalingOptions>
{
    public ValidateOptionsResult Validate(string? name, AutoScalingOptions options)
    {
        List<string> errors =
        [
            .. sections.SelectMany(section => section.Errors()),
            .. OptionsSettings.Loop.Broken(options).Select(broken => broken.Sentence),
        ];
        if (errors.Count == 0) return ValidateOptionsResult.Success;
        errors.AddRange(PolicyErrors(options.Defaults));
        return ValidateOptionsResult.Fail(errors);
    }

    // Asked for only now: sources may themselves need the settings, which are there once they are right.
    private IEnumerable<string> PolicyErrors(PolicyDefaults defaults)
    {
        try
        {
            var ports = services.GetRequiredService<RegisteredPorts>();
            var sources = services.GetRequiredService<PolicySources>();
            return [.. ports.Named.SelectMany(RegisteredPorts.Read), .. sources.Errors(defaults, ports.Missing)];
        }
        catch (Exception)
        {
            // A source that cannot be made says so once the settings are right.
            return [];
        }
    }
}
