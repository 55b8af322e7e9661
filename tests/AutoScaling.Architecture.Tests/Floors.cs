namespace AutoScaling.Architecture.Tests;

/// <summary>
/// The folders of each package, from top to bottom. A folder uses only itself and what stands above it.
/// <c>Rules/*</c> are all folders in <c>Rules</c>, side by side: none of them uses another. <c>Rules/Forecast</c> wraps target tracking, so
/// it stands below.
/// A folder that is not listed, or listed and not there, fails.
/// </summary>
internal static class Floors
{
    /// <summary>The first folder of the core that may read YAML and configuration.</summary>
    public const string Readers = "Documents";

    public static FloorList Core { get; } = new("AutoScaling",
    [
        "Primitives",
        "Observations",
        "Behaviors",
        "Rules",
        "Rules/*",
        "Rules/Forecast",
        "Policies",
        "Deciding",
        "Ports",
        "Documents",
        "Evaluating",
        "Answers",
        "Programs",
        "Commands",
        "Http",
        "Metrics/Meters",
        "Metrics",
        "Scalers",
        "Processes",
        "Configured",
        "Recording",
        "Hosting",
    ]);

    public static FloorList Kubernetes { get; } = new("AutoScaling.Kubernetes",
    [
        "Primitives",
        "Connecting",
        "Client",
        "Reading",
        "Targets",
        "Lists",
        "Scaling",
        "Metrics",
        "Events",
        "Leading",
        "Saving",
        "Resources",
        "Registration",
    ]);

    public static FloorList Keda { get; } = new("AutoScaling.Keda",
    [
        "Answering",
        "Serving",
        "Mapping",
    ]);

    public static FloorList Orleans { get; } = new("AutoScaling.Orleans",
    [
        "Settings",
        "Sharing",
        "Saving",
        "Grains",
        "Ticking",
        "Reaching",
        "Registration",
    ]);

    public static FloorList OpenTelemetry { get; } = new("AutoScaling.OpenTelemetry",
    [
        "Instrumentation",
    ]);

    public static FloorList Prometheus { get; } = new("AutoScaling.Prometheus",
    [
        "Primitives",
        "Queries",
        "Settings",
        "Client",
        "Reading",
        "Registration",
    ]);

    public static FloorList Simulation { get; } = new("AutoScaling.Simulation",
    [
        "Loads",
        "Model",
        "Scoring",
        "Backtests",
        "Reports",
        "Replay",
        "Lint",
    ]);

    public static FloorList AspNetCore { get; } = new("AutoScaling.AspNetCore",
    [
        "Options",
        "Health",
        "Wire",
        "Following",
        "Guarding",
        "Endpoints",
        "Page",
        "Mapping",
    ]);

    public static FloorList Tool { get; } = new("AutoScaling.Tool",
    [
        "Input",
        "Policies",
        "Findings",
        "Loads",
        "Backtests",
        "Lint",
        "Import",
        "Import/Hpa",
        "Import/Keda",
        "Converting",
        "Replay",
        "Status",
        "Commands",
    ]);

    public static IReadOnlyList<FloorList> All { get; } = [Core, Kubernetes, Keda, Orleans, OpenTelemetry, Prometheus, Simulation, AspNetCore, Tool];
}
