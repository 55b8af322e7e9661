namespace AutoScaling.Tool.Import.Keda;

/// <summary>A cron trigger as a schedule with a floor, which the rate limits lead to, as they lead KEDA's HPA there.</summary>
internal static class CronTrigger
{
    private const int Parts = 5, DayOfMonth = 2, DayOfWeek = 4;

    public static KedaTrigger? Read(Fields trigger, KedaScale scale)
    {
        var metadata = trigger.Block("metadata");
        var (zone, start, end) = (metadata.Required("timezone"), metadata.Required("start"), metadata.Required("end"));
        var replicas = metadata.Whole("desiredReplicas");
        if (replicas is null && !metadata.Has("desiredReplicas")) metadata.Invalid("desiredReplicas", "must be there, but is not");
        if (trigger.Text("metricType") is { } kind and not "AverageValue")
            trigger.Invalid("metricType", $"of cron must be AverageValue, but is '{kind}'");
        if (zone is null || start is null || end is null || replicas is null) return null;
        TellDays(metadata, "start", start);
        TellDays(metadata, "end", end);
        if (scale.GoesToZero && scale.Cooldown != TimeSpan.FromMinutes(5) && scale.Min == 0)
            metadata.Differs("end", "is followed by the stabilization window, and not by the cooldownPeriod, before the last replicas go");
        return new(trigger, new ScheduleRule
        {
            Name = "cron",
            Start = start,
            End = end,
            TimeZone = zone,
            Bound = ScheduleBound.Floor,
            Replicas = Math.Max(replicas.Value, scale.Min),
            Gradual = true,
        });
    }

    // KEDA opens on either of the two days, and a schedule here on both.
    private static void TellDays(Fields metadata, string name, string cron)
    {
        var parts = cron.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length != Parts || parts[DayOfMonth] is "*" or "?" || parts[DayOfWeek] is "*" or "?") return;
        metadata.Unmapped(
            name, $"('{cron}') names days of the month and of the week: KEDA takes either, a schedule here only days that are both. "
            + "Make two schedules of it");
    }
}
