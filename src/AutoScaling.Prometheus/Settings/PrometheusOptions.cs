using AutoScaling.Primitives;
using AutoScaling.Prometheus.Queries;
using AutoScaling.Prometheus.Settings;

namespace AutoScaling.Prometheus;

/// <summary>How one Prometheus server is reached, and what it is asked for. Checked when the host starts.</summary>
/// <remarks>Any server with the same API will do: Thanos, Mimir, Cortex, VictoriaMetrics.</remarks>
public sealed class PrometheusOptions
{
    private static readonly Bounds<TimeSpan> QueryTimes = new(TimeSpan.Zero, TimeSpan.FromSeconds(30), above: true);

    /// <summary>Where the server is; a path before <c>/api/v1</c> is kept: <c>https://mimir:8080/prometheus</c>.</summary>
    /// <value>Required; http or https, without a user, a query and a fragment.</value>
    public Uri? Url { get; set; }

    /// <summary>The label that names the target, or a pattern of several: <c>{namespace}/{deployment}</c>.</summary>
    /// <value><c>service</c> by default.</value>
    public string TargetLabel { get; set; } = "service";

    /// <summary>The metrics by their names, which rules name before the <c>@</c>: <c>rps@prom</c>.</summary>
    /// <value>Empty by default; a rule may also bring an expression of its own.</value>
    public IDictionary<string, PrometheusMetric> Metrics { get; } = new Dictionary<string, PrometheusMetric>(StringComparer.Ordinal);

    /// <summary>
    /// How old an answer may be to decide from it. All targets share it, so this is also the least time between two queries for one metric.
    /// </summary>
    /// <value>5 s by default; more than 0, at most 1 hour. At most half of the shortest interval of a policy is good.</value>
    public TimeSpan MaxAnswerAge { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a query may take, waiting and a second try included.</summary>
    /// <value>
    /// 4 s by default; more than 0, at most 30 s. Less than half of the loop's <c>EvaluationTimeout</c> lets a slow query say so itself.
    /// </value>
    public TimeSpan QueryTimeout { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>How many queries are under way at once.</summary>
    /// <value>8 by default; at least 1.</value>
    public int MaxConcurrency { get; set; } = 8;

    /// <summary>Whether answers count that the server gives with warnings: they are partial, or the server doubts them.</summary>
    /// <value><see langword="false"/> by default: they are failed readings.</value>
    public bool AcceptPartial { get; set; }

    /// <summary>Headers of every request: <c>X-Scope-OrgID</c>. Their values are never told.</summary>
    /// <value>Empty by default.</value>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Parameters of the URL of every request: <c>dedup=true</c>, <c>latency_offset=1s</c>. Their values are never told.</summary>
    /// <value>Empty by default.</value>
    public IDictionary<string, string> Parameters { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The token that is sent as <c>Authorization: Bearer</c>.</summary>
    /// <value><see langword="null"/> by default.</value>
    public string? BearerToken { get; set; }

    /// <summary>The file that holds the token; read again every minute.</summary>
    /// <value><see langword="null"/> by default.</value>
    public string? BearerTokenFile { get; set; }

    /// <summary>The user of basic authentication.</summary>
    /// <value><see langword="null"/> by default; needs <see cref="Password"/> or <see cref="PasswordFile"/>.</value>
    public string? Username { get; set; }

    /// <summary>The password of basic authentication.</summary>
    /// <value><see langword="null"/> by default.</value>
    public string? Password { get; set; }

    /// <summary>The file that holds the password; read again every minute.</summary>
    /// <value><see langword="null"/> by default.</value>
    public string? PasswordFile { get; set; }

    /// <summary>The file with the certificates of the authorities that the server's certificate is checked by, as PEM.</summary>
    /// <value><see langword="null"/> by default: those of the system.</value>
    public string? AuthorityFile { get; set; }

    /// <summary>The file with the client's certificate, as PEM; read again when connections are made anew, within minutes.</summary>
    /// <value><see langword="null"/> by default: the client shows none.</value>
    public string? CertificateFile { get; set; }

    /// <summary>The file with the key of the client's certificate, as PEM.</summary>
    /// <value><see langword="null"/> by default: it is in <see cref="CertificateFile"/>.</value>
    public string? KeyFile { get; set; }

    /// <summary>Adds a metric.</summary>
    /// <param name="name">Its name, which rules name before the <c>@</c>.</param>
    /// <param name="query">The PromQL expression; see <see cref="PrometheusMetric.Query"/>.</param>
    /// <param name="sampleTime">An expression for the time of each value; see <see cref="PrometheusMetric.SampleTime"/>.</param>
    /// <param name="replicaLabel">The label that names the replica; see <see cref="PrometheusMetric.ReplicaLabel"/>.</param>
    public void Add(string name, string query, string? sampleTime = null, string? replicaLabel = null) =>
        Metrics[name] = new() { Query = query, SampleTime = sampleTime, ReplicaLabel = replicaLabel };

    /// <summary>What is wrong, a sentence for each setting; empty if nothing is.</summary>
    internal List<string> Errors()
    {
        var errors = new List<string>();
        if (Url is not { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" })
        {
            // A user's password may stand in it, and is not told.
            var shown = Url is { IsAbsoluteUri: true, UserInfo.Length: > 0 } ? "one with a user" : Phrase.Exact(Url?.OriginalString);
            errors.Add($"Url must be http or https, without a user, a query and a fragment, but is {shown}.");
        }

        Check(nameof(MaxAnswerAge), MaxAnswerAge, Bounds.WithinAnHour);
        Check(nameof(QueryTimeout), QueryTimeout, QueryTimes);
        Check(nameof(MaxConcurrency), MaxConcurrency, Bounds.AtLeastOne);
        string?[] credentials = [BearerToken, BearerTokenFile, Username];
        if (credentials.Count(c => c is not null) > 1)
            errors.Add("Only one of BearerToken, BearerTokenFile and Username must be set, but there are several.");
        if (Password is not null && PasswordFile is not null)
            errors.Add("Only one of Password and PasswordFile must be set, but both are.");
        if (Username is null != (Password is null && PasswordFile is null))
            errors.Add("Username must be set together with Password or PasswordFile, but is without the other.");
        if (KeyFile is not null && CertificateFile is null)
            errors.Add("KeyFile must be set together with CertificateFile, but is without it.");
        foreach (var (name, value) in Headers) errors.AddRange(HeaderErrors(name, value));
        errors.AddRange(SettingErrors());
        return errors;

        void Check<T>(string setting, T value, Bounds<T> bounds) where T : struct, IComparable<T>
        {
            if (!bounds.Allow(value)) errors.Add(Bounds.Broken(setting, bounds.Rule, value).Message);
        }
    }

    private List<string> SettingErrors()
    {
        List<string> errors = [];
        Try("", () => TargetPattern.Parse(TargetLabel, nameof(TargetLabel)));
        if (errors.Count > 0) return errors;
        foreach (var (name, metric) in Metrics)
        {
            Try($"Metric '{name}': ", () => _ = new MetricRef(name));
            Try($"Metric '{name}': ", () => MetricPlan.Of(name, metric, this));
        }

        return errors;

        void Try(string where, Action act)
        {
            try
            {
                act();
            }
            catch (ScalingException e)
            {
                errors.AddRange(e.Errors.Select(error => where + error));
            }
        }
    }

    private static IEnumerable<string> HeaderErrors(string name, string value)
    {
        using var message = new HttpRequestMessage();
        if (name.Equals("Authorization", StringComparison.OrdinalIgnoreCase))
            return ["Headers must not hold Authorization, which BearerToken or Username sets."];
        return value.AsSpan().ContainsAny('\r', '\n') || !message.Headers.TryAddWithoutValidation(name, value)
            ? [$"Headers must hold names and values of HTTP headers of a request, but has '{name}'."]
            : [];
    }
}
