namespace AutoScaling.Prometheus.Client;

/// <summary>What a server answered to a query.</summary>
internal sealed class Answer
{
    /// <summary>Under this name stands all that no label tells apart.</summary>
    public const string TheOne = "";

    /// <summary>What each target has; names are those of the pattern.</summary>
    public Dictionary<string, TargetSeries> Targets { get; } = new(StringComparer.Ordinal);

    /// <summary>How many series there are.</summary>
    public int Series { get; set; }

    /// <summary>How many of them lack a label of the target.</summary>
    public int Unlabelled { get; set; }

    /// <summary>What kind of result it is: <c>vector</c>, <c>scalar</c>, <c>matrix</c> or <c>string</c>.</summary>
    public string ResultType { get; set; } = "";

    /// <summary>The first of the server's warnings.</summary>
    public string? Warning { get; set; }

    /// <summary>The time of the query by the server's clock, in seconds since 1970; 0 without a series.</summary>
    public double ServerTime { get; set; }

    /// <summary>When it was asked, by our clock.</summary>
    public DateTimeOffset AskedAt { get; init; }
}
