using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AutoScaling.AspNetCore.Following;
using AutoScaling.AspNetCore.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoScaling.AspNetCore.Endpoints;

/// <summary>What programs read: status, one target, its decisions, its policy. Changes nothing.</summary>
internal sealed class ReadEndpoints(IAutoScaler autoScaler, Board board, IEnumerable<RuleType> ruleTypes)
{
    private readonly RuleType[] _ruleTypes = [.. ruleTypes];

    public void Map(IEndpointRouteBuilder group)
    {
        group.MapGet("status", GetStatus).WithTags("AutoScaling").Produces<AutoScalerStatus>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .WithSummary("How the autoscaler and its targets stand, the worst first.")
            .WithDescription(
                "search: part of a name; standing: error, blind, warning, saturated, paused, fine or off; "
                + "offset and limit (1 to 1000, 100 by default): a part of the list.");
        group.MapGet("target", GetTarget).WithTags("AutoScaling").Produces<TargetStatus>().ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("How one target stands.");
        group.MapGet("decisions", GetDecisions).WithTags("AutoScaling").Produces<ScalingRecord[]>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("The last evaluations of one target, newest first: what was seen, decided and done.");
        group.MapGet("policy", GetPolicy).WithTags("AutoScaling").Produces<string>(StatusCodes.Status200OK, "application/yaml")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("The policy of one target as YAML, shadows included.");
    }

    private JsonAnswer GetStatus(string? search, string? standing, int? offset, int? limit)
    {
        var window = Window.Of(search, standing, offset, limit);
        var sorted = board.Get();
        var matching = sorted.Matching(window.Search, window.Standing);
        return new JsonAnswer(writer =>
        {
            // As the core writes it, with a part of the targets and how many there are.
            var part = matching.Skip(window.Offset).Take(window.Limit).Select(t => t.Target);
            writer.WriteStartObject();
            writer.WriteNumber("total", sorted.Targets.Count);
            writer.WriteNumber("matching", matching.Count);
            writer.WriteNumber("offset", window.Offset);
            using var all = JsonSerializer.SerializeToDocument(sorted.Status with { Targets = [.. part] }, WireJson.Of<AutoScalerStatus>());
            foreach (var property in all.RootElement.EnumerateObject()) property.WriteTo(writer);
            writer.WriteEndObject();
        });
    }

    private JsonAnswer GetTarget(string name) => Answer(autoScaler.GetStatus(name), WireJson.Of<TargetStatus>());

    private JsonAnswer GetDecisions(string name)
    {
        var records = autoScaler.GetRecent(name);
        return new JsonAnswer(writer =>
        {
            writer.WriteStartArray();
            foreach (var record in records) JsonSerializer.Serialize(writer, record, WireJson.Of<ScalingRecord>());
            writer.WriteEndArray();
        });
    }

    private IResult GetPolicy(string name) =>
        Results.Text(PolicyDocument.ToYaml([autoScaler.GetStatus(name).Policy], _ruleTypes), "application/yaml");

    private static JsonAnswer Answer<T>(T value, JsonTypeInfo<T> type) => new(writer => JsonSerializer.Serialize(writer, value, type));
}
