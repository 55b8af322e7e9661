using System.Reflection;
using AutoScaling.Architecture.Tests.Sources;
using AutoScaling.Tests.Readme;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Architecture.Tests;

/// <summary>What is logged can be filtered and alerted on: each sentence has an id and a name that stay.</summary>
public sealed class LogEventTests
{
    private const BindingFlags All = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Document Page = new("docs/telemetry.md");

    public static TheoryData<string> Logging => [.. Packages.Names.Where(name => EventsOf(name).Count > 0)];

    [Fact]
    public void Packages_SomeLog() => Assert.Contains("AutoScaling", Logging.Select(row => row.Data));

    [Theory, MemberData(nameof(Logging))]
    public void Events_OfAPackage_HaveAnIdOfTheirOwn(string package)
    {
        var events = EventsOf(package);
        Assert.Equal([], events.Where(e => e.Id <= 0).Select(e => $"{e.Name} has no event id."));
        Assert.Equal([], events.GroupBy(e => e.Id).Where(same => same.Count() > 1).Select(same => $"{same.Key}: {string.Join(", ", same.Select(e => e.Name))}"));
    }

    [Theory, MemberData(nameof(Logging))]
    public void Events_OfAPackage_AreThoseOfThePage(string package) =>
        Assert.Equal(Listed(package), EventsOf(package).OrderBy(e => e.Id).Select(e => $"| {e.Id} | `{e.Name}` | {e.Level} | {e.Sentence} |"));

    private static List<(int Id, string Name, string Level, string Sentence)> EventsOf(string package) =>
    [
        .. from type in Assembly.Load(package).GetTypes()
           from method in type.GetMethods(All)
           let logged = method.GetCustomAttribute<LoggerMessageAttribute>()
           where logged is not null
           let level = logged.Level == LogLevel.None ? "News, then Debug" : logged.Level.ToString()
           select (logged.EventId, logged.EventName ?? method.Name, level, logged.Message),
    ];

    /// <summary>The rows that the page lists under the package's heading.</summary>
    private static IEnumerable<string> Listed(string package) =>
        Page.Lines.SkipWhile(line => line != $"### {package}").Skip(3).TakeWhile(line => line.StartsWith('|'));
}
