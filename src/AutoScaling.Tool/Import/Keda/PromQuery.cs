namespace AutoScaling.Tool.Import.Keda;

/// <summary>Expressions in PromQL.</summary>
internal static class PromQuery
{
    /// <summary>
    /// An expression that is asked for one target, as KEDA asks it. One that names no target would be asked once for all of them, and have
    /// to label its series with their names: so the one series that it yields gets the name of the target.
    /// </summary>
    public static string OfTheTarget(string query) => $"label_replace({query.Trim()}, \"service\", \"{{target}}\", \"\", \"\")";
}
