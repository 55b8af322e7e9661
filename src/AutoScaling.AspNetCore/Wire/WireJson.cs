using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace AutoScaling.AspNetCore.Wire;

/// <summary>How the package's own bodies are written and read: made when it is compiled, whatever the host's JSON settings are.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ListView))]
[JsonSerializable(typeof(TargetView))]
[JsonSerializable(typeof(DoneBody))]
[JsonSerializable(typeof(TargetBody))]
[JsonSerializable(typeof(PauseBody))]
[JsonSerializable(typeof(HoldBody))]
[JsonSerializable(typeof(ScaleBody))]
[JsonSerializable(typeof(ShadowBody))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class WireJson : JsonSerializerContext
{
    // In camel case; status and records by the core's own converters.
    private static readonly JsonSerializerOptions All = MakeAll();

    /// <summary>The contract of a body, or of one of the core's types.</summary>
    public static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)All.GetTypeInfo(typeof(T));

    private static JsonSerializerOptions MakeAll()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            TypeInfoResolver = JsonTypeInfoResolver.Combine(Default, AutoScalingJson.TypeInfoResolver),
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            RespectNullableAnnotations = true,
        };
        options.MakeReadOnly();
        return options;
    }
}
