using System.Text;
using System.Text.Json;

namespace AutoScaling.Simulation.Reports;

/// <summary>A report as JSON: what was assumed, and every score to the last digit.</summary>
internal static class JsonReport
{
    public static string Of(ReportContent content)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new() { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("baseline", content.Baseline);
            json.WriteString("demand", Measure.DemandDefinition);
            How(json, content);
            Candidates(json, content);
            Traces(json, content);
            json.WriteStartArray("means");
            for (var c = 0; c < content.Comparison.Candidates.Length; c++)
            {
                var candidate = c;
                Scores(json, content, c, m => content.Mean(m, candidate));
            }

            json.WriteEndArray();
            Sweeps(json, content);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    public static string Kind(Candidate candidate) => candidate.Kind switch
    {
        CandidateKind.StaticMean => "staticMean",
        CandidateKind.StaticPeak => "staticPeak",
        CandidateKind.Clairvoyant => "clairvoyant",
        _ => "policy",
    };

    private static void How(Utf8JsonWriter json, ReportContent content)
    {
        var options = content.Comparison.Options;
        json.WriteString("version", Tested.Version);
        if (content.Command is { } command) json.WriteString("command", command);
        json.WriteStartObject("options");
        json.WriteNumber("seed", options.Seed);
        Number(json, "intervalSeconds", options.Interval.TotalSeconds);
        if (options.Step is { } step) Number(json, "stepSeconds", step.TotalSeconds);
        Number(json, "warmUpShare", options.WarmUpShare);
        json.WriteEndObject();
    }

    private static void Candidates(Utf8JsonWriter json, ReportContent content)
    {
        json.WriteStartArray("candidates");
        foreach (var candidate in content.Comparison.Candidates)
        {
            json.WriteStartObject();
            json.WriteString("name", candidate.Name);
            json.WriteString("kind", Kind(candidate));
            if (Tested.Yaml(candidate) is { } yaml) json.WriteString("policy", yaml);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Traces(Utf8JsonWriter json, ReportContent content)
    {
        json.WriteStartArray("traces");
        for (var w = 0; w < content.Comparison.Workloads.Length; w++)
        {
            var workload = content.Comparison.Workloads[w];
            json.WriteStartObject();
            json.WriteString("name", workload.Trace.Name);
            json.WriteString("start", workload.Trace.Start);
            json.WriteNumber("rows", workload.Trace.Points.Length);
            json.WriteString("fingerprint", Tested.Fingerprint(workload.Trace));
            Number(json, "stepSeconds", workload.Step.TotalSeconds);
            json.WriteNumber("steps", workload.Load.Length);
            json.WriteNumber("scoredFromStep", workload.ScoredFrom);
            Model(json, workload.Model);
            json.WriteStartArray("runs");
            for (var c = 0; c < content.Comparison.Candidates.Length; c++)
            {
                var (trace, candidate) = (w, c);
                Scores(json, content, c, m => content.Value(m, trace, candidate));
            }

            json.WriteEndArray();
            Forecasts(json, content, w);
            json.WriteStartArray("notes");
            foreach (var note in RunNotes.Of(content.Comparison, w)) json.WriteStringValue(note);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Forecasts(Utf8JsonWriter json, ReportContent content, int workload)
    {
        json.WriteStartArray("forecasts");
        for (var c = 0; c < content.Comparison.Candidates.Length; c++)
        {
            if (ForecastScores.Of(content.Comparison[workload, c]) is not { } scores) continue;
            json.WriteStartObject();
            json.WriteString("candidate", content.Comparison.Candidates[c].Name);
            Number(json, "knownTimePercent", scores.KnownTime);
            Number(json, "gateOpenTimePercent", scores.OpenTime);
            Number(json, "enoughTimePercent", scores.EnoughTime);
            json.WriteStartObject("inChargePercent");
            foreach (var (forecaster, time) in scores.InCharge) Number(json, forecaster, time);
            json.WriteEndObject();
            Number(json, "imaginedCost", scores.Cost?.Total ?? double.NaN);
            Number(json, "imaginedCostOfTargetTracking", scores.BaseCost?.Total ?? double.NaN);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Model(Utf8JsonWriter json, ServiceModel model)
    {
        json.WriteStartObject("model");
        Number(json, "capacityPerReplica", model.CapacityPerReplica);
        Number(json, "objectiveUtilization", model.ObjectiveUtilization);
        Number(json, "startDelayMedianSeconds", model.StartDelay.Median.TotalSeconds);
        Number(json, "startDelayP95Seconds", model.StartDelay.P95.TotalSeconds);
        Number(json, "warmUpSeconds", model.WarmUp.TotalSeconds);
        Number(json, "initialCapacity", model.InitialCapacity);
        Number(json, "timeoutSeconds", model.Timeout.TotalSeconds);
        Number(json, "drainSeconds", model.Drain.TotalSeconds);
        json.WriteNumber("concurrencyPerReplica", model.ConcurrencyPerReplica);
        Number(json, "latencyObjectiveSeconds", model.LatencyObjectiveSeconds);
        Number(json, "scrapePeriodSeconds", model.Pipeline.ScrapePeriod.TotalSeconds);
        Number(json, "metricWindowSeconds", model.Pipeline.Window.TotalSeconds);
        Number(json, "publicationLagSeconds", model.Pipeline.PublicationLag.TotalSeconds);
        Number(json, "initialMetricDelaySeconds", model.Pipeline.InitialDelay.TotalSeconds);
        json.WriteStartObject("metrics");
        foreach (var (name, metric) in model.Metrics) json.WriteString(name, metric.ToString());
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Scores(Utf8JsonWriter json, ReportContent content, int candidate, Func<Measure, double> value)
    {
        json.WriteStartObject();
        json.WriteString("candidate", content.Comparison.Candidates[candidate].Name);
        foreach (var measure in Measure.All) Number(json, measure.Key, value(measure));
        json.WriteEndObject();
    }

    private static void Sweeps(Utf8JsonWriter json, ReportContent content)
    {
        json.WriteStartArray("sweeps");
        foreach (var sweep in content.Sweeps)
        {
            json.WriteStartObject();
            json.WriteString("setting", sweep.Setting);
            json.WriteStartArray("points");
            foreach (var point in sweep.Points.IsDefault ? [] : sweep.Points)
            {
                json.WriteStartObject();
                Number(json, "value", point.Value);
                json.WriteString("candidate", point.Candidate.Name);
                Number(json, "relativeCost", point.RelativeCost);
                Number(json, "shortageSharePercent", point.ShortageShare);
                Number(json, "underTimePercent", point.UnderTime);
                Number(json, "j", point.J);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // JSON has no NaN.
    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }
}
