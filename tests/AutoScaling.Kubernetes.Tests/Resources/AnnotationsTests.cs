using AutoScaling.Kubernetes.Resources;

namespace AutoScaling.Kubernetes.Tests.Resources;

/// <summary>Pause and hold by annotations. What cannot be read of them pauses, as somebody meant to stop something.</summary>
public sealed class AnnotationsTests
{
    private const string Clear = "; the target is paused until that is clear.";

    [Theory]
    [InlineData("paused=true", "Paused")]
    [InlineData("paused=True,paused-by=ann,paused-reason=migration", "Paused by ann: migration")]
    [InlineData("paused=true,paused-until=2026-05-01T12:00:00Z", "Paused until 2026-05-01 12:00:00Z")]
    [InlineData("paused=true,paused-until=2026-05-01T12:00:00+02:00", "Paused until 2026-05-01 10:00:00Z")]
    [InlineData("paused-scale-in=true", "Scale-downs are paused")]
    [InlineData("paused-scale-out=true", "Scale-ups are paused")]
    [InlineData("paused-scale-in=true,paused-scale-out=true", "Paused")]
    [InlineData("paused-replicas=3,paused-by=ann", "Held at 3 replicas by ann")]
    [InlineData("paused=true,paused-replicas=3", "Held at 3 replicas")]
    [InlineData("paused=false", null)]
    [InlineData("paused=", null)]
    [InlineData("paused-by=ann", null)]
    [InlineData("other=true", null)]
    [InlineData("", null)]
    public void Read_WhatPeopleSay_IsAWord(string annotations, string? said)
    {
        Assert.Equal(said, Annotations.Read(Of(annotations), new ReplicaRange(1, 10), out var trouble)?.ToString());
        Assert.Null(trouble);
    }

    [Theory]
    [InlineData("paused=yes", "The annotation autoscaling.dotnet.io/paused must be true or false, but is 'yes'" + Clear)]
    [InlineData("paused=true,paused-until=tomorrow", "The annotation autoscaling.dotnet.io/paused-until must be a date and time such as 2026-12-24T18:00:00Z, but is 'tomorrow'" + Clear)]
    [InlineData("paused-replicas=many", "The annotation autoscaling.dotnet.io/paused-replicas must be a count in the policy's range, 1..10, but is 'many'" + Clear)]
    [InlineData("paused-replicas=11", "The annotation autoscaling.dotnet.io/paused-replicas must be a count in the policy's range, 1..10, but is '11'" + Clear)]
    [InlineData("paused-scale-in=on", "The annotation autoscaling.dotnet.io/paused-scale-in must be true or false, but is 'on'" + Clear)]
    public void Read_WhatCannotBeRead_Pauses(string annotations, string sentence)
    {
        var said = Annotations.Read(Of(annotations), new ReplicaRange(1, 10), out var trouble);
        Assert.Equal((ScalingOverrideKind.Pause, null), (said!.Kind, said.Until));
        Assert.Equal(sentence, trouble);
    }

    [Fact]
    public void Read_AReasonThatIsTooLong_Pauses()
    {
        var said = Annotations.Read(Of("paused-replicas=3,paused-reason=" + new string('x', 501)), null, out var trouble);
        Assert.Equal(ScalingOverrideKind.Pause, said!.Kind);
        Assert.Equal("Reason of an override must be at most 500 characters long, but is 501.", trouble);
    }

    private static Dictionary<string, string> Of(string annotations) => annotations.Split(',', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2)).ToDictionary(pair => Annotations.Prefix + pair[0], pair => pair[1]);
}
