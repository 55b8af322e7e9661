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
    /// <summary>The contract of a body, or of one of the core's types.</summary>
    public static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)Contracts.All.GetTypeInfo(typeof(T));

    /// <summary>In a class of its own, which is made after the context that it needs.</summary>
    private static class Contracts
    {
        /// <summary>In camel case; status and records by the core's own converters.</summary>
        public static JsonSerializerOptions All { get; } = new(JsonSerializerDefaults.Web)
        {
            TypeInfoResolver = JsonTypeInfoResolver.Combine(Default, AutoScalingJson.TypeInfoResolver),
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            RespectNullableAnnotations = true,
        };
    }
}
