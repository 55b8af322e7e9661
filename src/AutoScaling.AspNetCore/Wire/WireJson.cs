using System.Text.Encodings.Web;
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
    /// <summary>How the core's status and records are written: by its own converters, in camel case.</summary>
    public static JsonSerializerOptions Core { get; } = MakeCore();

    /// <summary>The contract of one of the core's types.</summary>
    public static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)Core.GetTypeInfo(typeof(T));

    private static JsonSerializerOptions MakeCore()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            TypeInfoResolver = AutoScalingJson.TypeInfoResolver,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.Default,
        };
        options.MakeReadOnly();
        return options;
    }
}
