using AutoScaling.Architecture.Tests.Sources;

namespace AutoScaling.Architecture.Tests.Checks;

/// <summary>A small package that is made up, on which the checks show what they see.</summary>
internal static class Demo
{
    public static FloorList Floors { get; } = new("Demo", ["Top", "Below"]);

    public static Package Of(params (string Path, string Text)[] files) => new("Demo", files);

    /// <summary>What is expected: one failure, or none.</summary>
    public static string[] Failures(string? failure) => failure is null ? [] : [failure];
}
