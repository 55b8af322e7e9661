using System.Globalization;
using AutoScaling.Primitives;

namespace AutoScaling.Tool.Status;

/// <summary>Reads how targets stand from a host that has the endpoints of AutoScaling.AspNetCore.</summary>
/// <param name="address">Where they are, such as <c>http://host/autoscaling</c>.</param>
/// <param name="client">Asks.</param>
internal sealed class StatusHost(Uri address, HttpClient client) : IStatusPlace
{
    // As many as the endpoint gives at once.
    private const int PartSize = 1000;

    private readonly HostAnswers _answers = new(address, client);

    public string Name => _answers.Name;

    public async Task<StatusReport> ReadAsync(string? target, CancellationToken stop)
    {
        if (target is not null) return new([await OneAsync(target, stop)]);
        List<TargetBody> targets = [];
        while (true)
        {
            var part = await _answers.GetAsync<StatusBody>(
                string.Create(CultureInfo.InvariantCulture, $"status?offset={targets.Count}&limit={PartSize}"), stop);
            targets.AddRange(part.Targets);

            // A target that is gone meanwhile is not waited for.
            if (!part.Targets.IsEmpty && targets.Count < part.Total) continue;
            return new([.. targets.Select(t => Of(t)).OrderBy(t => t.Target, StringComparer.Ordinal)])
            {
                Troubles = [.. part.ReloadErrors, .. part.Troubles],
                Notes = part.Leadership is { Leads: false } other ? [StandsBy(other)] : [],
            };
        }
    }

    private async Task<TargetLine> OneAsync(string target, CancellationToken stop)
    {
        var query = $"?name={Uri.EscapeDataString(target)}";
        var status = await _answers.GetAsync<TargetBody>($"target{query}", stop);
        var records = await _answers.GetAsync<RecordBody[]>($"decisions{query}", stop);
        return Of(status) with
        {
            Recent = [.. records.Select(r => new EvaluationLine(r.At, Word(r.Outcome), r.Error ?? Said(r.Decision, r.Outcome)))],
        };
    }

    private static TargetLine Of(TargetBody target) => new()
    {
        Target = target.Target,
        At = target.LastEvaluatedAt,
        Ready = target.Replicas?.Ready,
        Wanted = target.LastDecision?.To,
        Range = target.LastDecision?.Range,
        Outcome = !target.Enabled ? "disabled" : target.LastError is not null ? "error" : Word(target.LastOutcome),
        HeldBack = HeldBack.Of(target.LastDecision),
        Override = target.Override?.ToString(),
        Explanation = string.Join(' ', Sentences(target)),
        IsTrouble = target.Enabled && (target.LastError is not null || target.LastOutcome?.Kind is nameof(ScaleOutcomeKind.Failed)),
    };

    private static IEnumerable<string> Sentences(TargetBody target)
    {
        yield return target.LastError ?? Said(target.LastDecision, target.LastOutcome) ?? "It was not evaluated yet.";
        if (target.Warning is { } warning) yield return warning;
    }

    private static string? Said(DecisionBody? decision, OutcomeBody? outcome) =>
        outcome?.Reason is { } reason ? $"{decision?.Explanation} It was not carried out: {reason}." : decision?.Explanation;

    private static string? Word(OutcomeBody? outcome) => outcome is null ? null : Phrase.Words(outcome.Kind, ' ');

    private static string StandsBy(LeadershipStatus status) => status.Leader is { } leader
        ? $"This copy, '{status.Identity}', stands by and evaluates nothing: '{leader}' leads. Ask that one."
        : $"This copy, '{status.Identity}', stands by and evaluates nothing, and knows of none that leads.";
}
