namespace AutoScaling.Sample.Load;

/// <summary>How many jobs per second arrive, as time goes by.</summary>
internal interface ILoad
{
    /// <summary>The load in a few words, for people.</summary>
    string Name { get; }

    /// <summary>The jobs per second at a time since the start of the run; finite and at least 0.</summary>
    double At(TimeSpan time);
}
