using System.Buffers.Binary;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Reports;

/// <summary>What was tested and how, so that somebody who finds a report can understand it, and repeat it.</summary>
internal static class Tested
{
    /// <summary>The version of the library, with the commit that it was built of where that is known.</summary>
    public static string Version { get; } =
        typeof(Tested).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary>Version, seed and options in one sentence, and the command on a line of its own.</summary>
    public static string Sentence(ReportContent content)
    {
        var options = content.Comparison.Options;
        var step = options.Step is { } length ? $", step {Phrase.Exact(length)}" : "";
        var command = content.Command is { } given ? $"\nCommand: {given}" : "";
        return $"Tested by AutoScaling.Simulation {Version}, seed {Number(options.Seed)}, interval {Phrase.Exact(options.Interval)} "
            + $"where a policy has none{step}, the first {Phrase.Exact(100 * options.WarmUpShare)} % not scored.{command}";
    }

    /// <summary>The policy as a document that reads back; a sentence if its rules cannot be written.</summary>
    public static string? Yaml(Candidate candidate)
    {
        if (candidate.Policy is not { } policy) return null;
        try
        {
            return PolicyDocument.ToYaml([policy]);
        }
        catch (ScalingException e)
        {
            return $"# The policy cannot be written as a document: {string.Join(' ', e.Errors)}\n";
        }
    }

    /// <summary>A hash of the rows and of their dates: two traces with the same one are the same load.</summary>
    public static string Fingerprint(LoadTrace trace)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> row = stackalloc byte[16];
        var start = trace.Start.UtcTicks;
        foreach (var (at, load) in trace.Points)
        {
            BinaryPrimitives.WriteInt64LittleEndian(row, start + at.Ticks);
            BinaryPrimitives.WriteDoubleLittleEndian(row[8..], load);
            hash.AppendData(row);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    public static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
