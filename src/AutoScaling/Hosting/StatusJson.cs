using System.Text.Json.Serialization;

namespace AutoScaling.Hosting;

/// <summary>The contracts of what hosts show: made when the library is compiled, because its converters are its own.</summary>
[JsonSerializable(typeof(AutoScalerStatus))]
[JsonSerializable(typeof(ScalingRecord))]
internal sealed partial class StatusJson : JsonSerializerContext;
