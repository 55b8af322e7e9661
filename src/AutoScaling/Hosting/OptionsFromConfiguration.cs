using AutoScaling.Policies;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AutoScaling.Hosting;

/// <summary>Reads the loop's settings from the section that holds the policies, with the same reader, so that durations and errors look the same in both.</summary>
internal sealed class OptionsFromConfiguration(IConfiguration section) : IConfigureOptions<AutoScalingOptions>
{
    public void Configure(AutoScalingOptions options)
    {
        ConfigurationSettings.Read(section, "AutoScaling", reader => Read(reader, options));
    }

    private static AutoScalingOptions Read(SettingsReader settings, AutoScalingOptions options)
    {
        settings.Duration("interval", options, (o, v) => Set(o, () => o.Interval = v));
        settings.Number("startJitter", options, (o, v) => Set(o, () => o.StartJitter = v));
        settings.WholeNumber("maxConcurrency", options, (o, v) => Set(o, () => o.MaxConcurrency = v));
        settings.Duration("evaluationTimeout", options, (o, v) => Set(o, () => o.EvaluationTimeout = v));
        settings.WholeNumber("recentRecords", options, (o, v) => Set(o, () => o.RecentRecords = v));
        settings.Duration("saveInterval", options, (o, v) => Set(o, () => o.SaveInterval = v));
        settings.Flag("runLoop", options, (o, v) => Set(o, () => o.RunLoop = v));
        options.Defaults = settings.Block("defaults", options.Defaults, "the defaults", PolicyReader.ReadDefaults);
        settings.Has("policies");
        return options;
    }

    // The options are a mutable class, as users of the options pattern expect; the reader folds.
    private static AutoScalingOptions Set(AutoScalingOptions options, Action set)
    {
        set();
        return options;
    }
}
