using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace AutoScaling.Orleans.Grains;

/// <summary>Statuses, records and outcomes on their way from silo to silo.</summary>
internal sealed class BucketJson(IEnumerable<RuleType> ruleTypes)
{
    private readonly JsonSerializerOptions _options = new()
    {
        TypeInfoResolver = JsonTypeInfoResolver.Combine(AutoScalingJson.TypeInfoResolver, new DefaultJsonTypeInfoResolver()),
        Converters = { new PolicyJsonConverter(ruleTypes) },
    };

    public string Write<T>(T value) => JsonSerializer.Serialize(value, _options);

    public T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, _options)!;
}
