using YamlDotNet.RepresentationModel;

namespace AutoScaling.Tool.Policies;

/// <summary>A policy, and where it stands.</summary>
/// <param name="File">The file, as the user named it.</param>
/// <param name="Policy">The policy.</param>
/// <param name="Place">What describes it in the file; <see langword="null"/> if that is not known.</param>
internal sealed record PolicyOfFile(string File, ScalingPolicy Policy, YamlNode? Place)
{
    /// <summary>The line of a setting, from 1: where it is left out, that of the block that would hold it.</summary>
    /// <param name="setting">The setting, as a lint names it: <c>rules[0].target</c>.</param>
    public int LineOf(string setting)
    {
        var (place, line) = (Place, Place?.Start.Line ?? 1);
        foreach (var name in setting.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.'))
        {
            (var key, place) = YamlPath.Child(place, name);
            if (place is null) break;
            line = key?.Start.Line ?? place.Start.Line;
        }

        return (int)line;
    }
}
