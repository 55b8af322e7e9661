namespace AutoScaling.Kubernetes.Saving;

/// <summary>The state of one target, as it was read.</summary>
/// <param name="Target">The target's name; <see langword="null"/> if that cannot be read.</param>
/// <param name="State">The state; <see langword="null"/> if it cannot be read.</param>
/// <param name="Trouble">Why it cannot be read; <see langword="null"/> if it can.</param>
internal readonly record struct SavedEntry(string? Target, ScalingState? State, string? Trouble);
