namespace AutoScaling.Kubernetes.Tests.Registration;

public sealed class LeadingBuilderExtensionsTests
{
    [Fact]
    public void SaveStateToKubernetes_TwoWrongNames_AreBothTold()
    {
        var builder = new ServiceCollection().AddAutoScaling();

        var error = Assert.Throws<ScalingException>(() => builder.SaveStateToKubernetes("My state", "a/b"));

        Assert.Equal(
            ["Name must be a Kubernetes name, but is 'My state'.", "Namespace must be a namespace's name, or not set, but is 'a/b'."],
            error.Errors);
    }
}
