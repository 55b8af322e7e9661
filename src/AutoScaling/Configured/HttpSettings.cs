using System.Collections.Immutable;
using AutoScaling.Primitives;

namespace AutoScaling.Configured;

/// <summary>What the configuration says under <c>Http</c>, by name: requests that scale, requests that tell metrics, or both.</summary>
internal sealed record HttpBlock
{
    private static readonly HttpScalerOptions Usual = new() { ReplicasUrl = "", ScaleUrl = "" };

    public required string Name { get; init; }

    /// <summary>The requests that scale; without URLs there are none.</summary>
    public HttpScalerOptions Scaler { get; init; } = Usual;

    public HttpOptions Http { get; init; } = HttpOptions.Usual;

    public ImmutableArray<HttpMetric> Metrics { get; init; } = [];

    /// <summary>Makes what policies name.</summary>
    /// <exception cref="ScalingException">A setting breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public (IScaler? Scaler, IMetricsProvider? Metrics) Make(TimeProvider time)
    {
        var scales = (Scaler.ScaleUrl + Scaler.ReplicasUrl).Length > 0;
        if (!scales && Metrics.IsEmpty) throw ScalingException.Invalid("ScaleUrl and ReplicasUrl, or Metrics, must be set, but are not.");
        return (
            scales ? new HttpScaler(Scaler with { Http = Http }, time) : null,
            Metrics.IsEmpty ? null : new HttpMetricsProvider(Metrics, time, Http));
    }
}

/// <summary>The settings of requests.</summary>
internal static class HttpSettings
{
    private static readonly SettingsTable<HttpOptions> Http = SettingsTable.Of("a server", HttpOptions.Usual)
        .Add(new TextMapSetting<HttpOptions>("headers", "Headers of every request.", o => o.Headers, (o, v) => o with { Headers = v }))
        .Text("token", "A bearer token.", o => o.Token, (o, v) => o with { Token = v }, none: o => o with { Token = null })
        .Text(
            "tokenFile", "The file that holds it.",
            o => o.TokenFile, (o, v) => o with { TokenFile = v }, none: o => o with { TokenFile = null })
        .Text("user", "The user of basic authentication.", o => o.User, (o, v) => o with { User = v }, none: o => o with { User = null })
        .Text("password", "The user's password.", o => o.Password, (o, v) => o with { Password = v }, none: o => o with { Password = null })
        .Text(
            "passwordFile", "The file that holds it.",
            o => o.PasswordFile, (o, v) => o with { PasswordFile = v }, none: o => o with { PasswordFile = null })
        .Duration("timeout", "How long a request may take.", o => o.Timeout, (o, v) => o with { Timeout = v }, Bounds.WithinAnHour)
        .WholeNumber(
            "maxConcurrency", "How many requests are under way at once.",
            o => o.MaxConcurrency, (o, v) => o with { MaxConcurrency = v }, Bounds.AtLeastOne)
        .WholeNumber(
            "maxAnswerBytes", "How many bytes of an answer are read.", o => o.MaxAnswerBytes, (o, v) => o with { MaxAnswerBytes = v });

    private static readonly SettingsTable<HttpMetric> Metric =
        SettingsTable.Of("a metric of a server", new HttpMetric { Name = "metric", Url = "" })
        .Text("url", "The URL that tells it.", m => m.Url, (m, v) => m with { Url = v }, required: true)
        .Text(
            "valuePointer", "Where the value stands.",
            m => m.ValuePointer, (m, v) => m with { ValuePointer = v }, none: m => m with { ValuePointer = null })
        .Text(
            "timePointer", "Where its time stands.",
            m => m.TimePointer, (m, v) => m with { TimePointer = v }, none: m => m with { TimePointer = null })
        .Number("factor", "What the value is multiplied by.", m => m.Factor, (m, v) => m with { Factor = v })
        .Check(m => Made.WhyNot(() => m.Parse()));

    private static readonly SettingsTable<HttpScalerOptions> Scaler =
        SettingsTable.Of("a server", new HttpScalerOptions { ReplicasUrl = "", ScaleUrl = "" })
        .Text("replicasUrl", "The URL that tells the count.", s => s.ReplicasUrl, (s, v) => s with { ReplicasUrl = v })
        .Text(
            "desiredPointer", "Where the wanted count stands.",
            s => s.DesiredPointer, (s, v) => s with { DesiredPointer = v }, none: s => s with { DesiredPointer = null })
        .Text(
            "readyPointer", "Where the count of ready ones stands.",
            s => s.ReadyPointer, (s, v) => s with { ReadyPointer = v }, none: s => s with { ReadyPointer = null })
        .Text(
            "startingPointer", "Where the count of starting ones stands.",
            s => s.StartingPointer, (s, v) => s with { StartingPointer = v }, none: s => s with { StartingPointer = null })
        .Text("scaleUrl", "The URL that changes the count.", s => s.ScaleUrl, (s, v) => s with { ScaleUrl = v })
        .Text("scaleMethod", "The method of that request.", s => s.ScaleMethod, (s, v) => s with { ScaleMethod = v })
        .Text(
            "scaleBody", "What is sent with it.",
            s => s.ScaleBody, (s, v) => s with { ScaleBody = v }, none: s => s with { ScaleBody = null })
        .Text("scaleContentType", "What kind of text that is.", s => s.ScaleContentType, (s, v) => s with { ScaleContentType = v });

    public static SettingsTable<HttpBlock> Table { get; } = SettingsTable.Of("a server", new HttpBlock { Name = "server" })
        .Part(h => h.Scaler, (h, v) => h with { Scaler = v }, Scaler)
        .Part(h => h.Http, (h, v) => h with { Http = v }, Http)
        .Add(new MapSetting<HttpBlock, HttpMetric>(
            "metrics", "What the server tells, by metric.", h => h.Metrics, (h, v) => h with { Metrics = v }, Metric)
        {
            Named = name => Metric.Seed with { Name = name },
            NameOf = metric => metric.Name,
        })
        .Check(h => Made.WhyNot(() => Made.Dispose(h.Make(TimeProvider.System))));
}
