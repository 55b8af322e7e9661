using System.Globalization;

namespace AutoScaling.Kubernetes.Resources;

/// <summary>What people say of a ScalingPolicy by annotations: pause and hold, named as KEDA's are.</summary>
internal static class Annotations
{
    public const string Prefix = "autoscaling.dotnet.io/";

    private const string Paused = "paused";
    private const string ScaleIn = "paused-scale-in";
    private const string ScaleOut = "paused-scale-out";
    private const string Replicas = "paused-replicas";
    private const string Until = "paused-until";
    private const string Reason = "paused-reason";
    private const string By = "paused-by";

    /// <summary>What they say.</summary>
    /// <param name="annotations">All annotations.</param>
    /// <param name="range">The policy's, in which a count that is held must be; <see langword="null"/> if it is not known.</param>
    /// <param name="trouble">What cannot be read of them: then the target is paused, as that was meant.</param>
    public static ScalingOverride? Read(IReadOnlyDictionary<string, string>? annotations, ReplicaRange? range, out string? trouble)
    {
        trouble = null;
        if (annotations is null || !annotations.Keys.Any(key => key.StartsWith(Prefix + Paused, StringComparison.Ordinal))) return null;
        var errors = new List<string>();
        var count = Count(annotations, range, errors);
        var (all, down, up) = (Flag(annotations, Paused, errors), Flag(annotations, ScaleIn, errors), Flag(annotations, ScaleOut, errors));
        var until = Moment(annotations, errors);
        trouble = errors.Count == 0 ? null : string.Join(' ', errors);
        var isHeld = count is not null && errors.Count == 0;
        if (!isHeld && !all && !down && !up && errors.Count == 0) return null;
        var kind = isHeld ? ScalingOverrideKind.Hold
            : all || errors.Count > 0 || (down && up) ? ScalingOverrideKind.Pause
            : down ? ScalingOverrideKind.PauseScaleDown
            : ScalingOverrideKind.PauseScaleUp;
        var (since, reason, by) = (DateTimeOffset.MinValue, Text(annotations, Reason), Text(annotations, By));
        try
        {
            return isHeld
                ? ScalingOverride.Hold(count!.Value, since, until, reason, by)
                : ScalingOverride.Pause(since, kind, until, reason, by);
        }
        catch (ScalingException e)
        {
            trouble = e.Message;
            return ScalingOverride.Pause(since);
        }
    }

    private static bool Flag(IReadOnlyDictionary<string, string> annotations, string name, List<string> errors)
    {
        if (Text(annotations, name) is not { } text) return false;
        if (bool.TryParse(text, out var flag)) return flag;
        errors.Add(Broken(name, "true or false", text));
        return false;
    }

    private static int? Count(IReadOnlyDictionary<string, string> annotations, ReplicaRange? range, List<string> errors)
    {
        if (Text(annotations, Replicas) is not { } text) return null;
        var isCount = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count);
        if (isCount && range?.Contains(count) != false) return count;
        var between = range is { } known ? $"a count in the policy's range, {known}" : "a count";
        errors.Add(Broken(Replicas, between, text));
        return null;
    }

    private static DateTimeOffset? Moment(IReadOnlyDictionary<string, string> annotations, List<string> errors)
    {
        if (Text(annotations, Until) is not { } text) return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)) return moment;
        errors.Add(Broken(Until, "a date and time such as 2026-12-24T18:00:00Z", text));
        return null;
    }

    private static string? Text(IReadOnlyDictionary<string, string> annotations, string name) =>
        annotations.TryGetValue(Prefix + name, out var text) && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    private static string Broken(string name, string rule, string value) =>
        $"The annotation {Prefix}{name} must be {rule}, but is '{value}'; the target is paused until that is clear.";
}
