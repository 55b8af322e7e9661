using AutoScaling.Primitives;

namespace AutoScaling.AspNetCore;

/// <summary>The settings of endpoints and dashboard. A value that breaks its rule is refused at once.</summary>
public sealed class AutoScalingEndpointOptions
{
    /// <summary>What the dashboard is headed with: the name of the host, or of its environment.</summary>
    /// <value><c>AutoScaling</c> by default; not empty.</value>
    public string Title
    {
        get;
        set => field = string.IsNullOrWhiteSpace(value) ? throw Bounds.Broken(nameof(Title), "not empty", value) : value;
    } = "AutoScaling";

    /// <summary>Where the dashboard leads back to; <see langword="null"/>: nowhere.</summary>
    /// <value><see langword="null"/> by default; a path that begins with <c>/</c>, or a URL of http or https.</value>
    public string? Home
    {
        get;
        set => field = value is null || IsPlace(value)
            ? value
            : throw Bounds.Broken(nameof(Home), "a path that begins with / or a URL of http or https", value);
    }

    /// <summary>Whether there is a dashboard, and not only endpoints for programs.</summary>
    /// <value><see langword="true"/> by default.</value>
    public bool Dashboard { get; set; } = true;

    /// <summary>The least time between two updates of a page.</summary>
    /// <value>1 s by default; more than 0 and at most 1 hour.</value>
    public TimeSpan UpdateInterval
    {
        get;
        set => field = Bounds.WithinAnHour.Check(value, nameof(UpdateInterval));
    } = TimeSpan.FromSeconds(1);

    /// <summary>How many evaluations of each target the plots show.</summary>
    /// <value>240 by default, 2 hours of an evaluation every 30 s; between 2 and 10,000. Kept in memory, from the host's start on.</value>
    public int HistoryPoints
    {
        get;
        set => field = new Bounds<int>(2, 10_000).Check(value, nameof(HistoryPoints));
    } = 240;

    /// <summary>How many evaluations of all targets together the plots show; in a host of many targets each has fewer.</summary>
    /// <value>250,000 by default; at least 1. One takes about 100 bytes, and one that scaled about 600.</value>
    public int HistoryPointsInAll
    {
        get;
        set => field = Bounds.AtLeastOne.Check(value, nameof(HistoryPointsInAll));
    } = 250_000;

    /// <summary>How many may follow live at once, pages and programs; one more is refused, and told so.</summary>
    /// <value>100 by default; at least 1.</value>
    public int MaxViewers
    {
        get;
        set => field = Bounds.AtLeastOne.Check(value, nameof(MaxViewers));
    } = 100;

    // Two slashes would lead to another host, and other schemes run scripts.
    private static bool IsPlace(string text) =>
        text.StartsWith('/') ? !text.StartsWith("//", StringComparison.Ordinal) && !text.StartsWith("/\\", StringComparison.Ordinal)
        : Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";
}
