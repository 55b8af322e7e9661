namespace AutoScaling;
internal static class Explanation { public static string Of(ScalingDecision d) => d.ToString(); }
