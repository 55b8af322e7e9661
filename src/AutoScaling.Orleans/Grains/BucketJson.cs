using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace AutoScaling.Orleans.Grains;

/// <summary>Statuses, records and outcomes on their way from silo to silo.</summary>
internal sealed class BucketJson
{
    private readonly JsonSerializerOptions _options;

    public BucketJson(IEnumerable<RuleType> ruleTypes)
    {
        _options = new()
        {
            TypeInfoResolver = JsonTypeInfoResolver.Combine(AutoScalingJson.TypeInfoResolver, new DefaultJsonTypeInfoResolver()),
            Converters = { new PolicyJsonConverter(ruleTypes) },
        };
        var each = new JsonSerializerOptions(_options);
        _options.Converters.Insert(0, new PoliciesOnce(each));
    }

    public byte[] Write(object value) => JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), _options);

    public T Read<T>(byte[] json) => JsonSerializer.Deserialize<T>(json, _options)!;

    /// <summary>
    /// Writes and reads each policy once: every status and every record has one, it seldom changes, and to read it takes longer than to
    /// read all the rest.
    /// </summary>
    /// <param name="each">How a policy is written and read.</param>
    private sealed class PoliciesOnce(JsonSerializerOptions each) : JsonConverter<ScalingPolicy>
    {
        private readonly ConditionalWeakTable<ScalingPolicy, byte[]> _written = [];
        private readonly ConcurrentDictionary<string, (string Text, ScalingPolicy Policy)> _read = new(StringComparer.Ordinal);

        public override ScalingPolicy? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            var raw = JsonMarshal.GetRawUtf8Value(root);
            var text = Encoding.UTF8.GetString(raw);
            var target = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("service", out var name) ? name.GetString() : null;
            if (target is not null && _read.TryGetValue(target, out var known) && string.Equals(known.Text, text, StringComparison.Ordinal))
                return known.Policy;
            var policy = JsonSerializer.Deserialize<ScalingPolicy>(raw, each);
            if (target is not null && policy is not null) _read[target] = (text, policy);
            return policy;
        }

        public override void Write(Utf8JsonWriter writer, ScalingPolicy value, JsonSerializerOptions options)
        {
            if (!_written.TryGetValue(value, out var json))
                _written.AddOrUpdate(value, json = JsonSerializer.SerializeToUtf8Bytes(value, each));
            writer.WriteRawValue(json, skipInputValidation: true);
        }
    }
}
