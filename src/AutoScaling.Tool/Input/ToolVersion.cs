using System.Reflection;

namespace AutoScaling.Tool.Input;

/// <summary>The version of this program, as a release has it.</summary>
internal static class ToolVersion
{
    public static string Text { get; } =
        typeof(ToolVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
