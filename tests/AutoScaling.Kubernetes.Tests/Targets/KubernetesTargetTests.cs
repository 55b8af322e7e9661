namespace AutoScaling.Kubernetes.Tests.Targets;

public sealed class KubernetesTargetTests
{
    [Theory]
    [InlineData("web", "here", "apps", "v1", "deployments", "web", true)]
    [InlineData("team-a/web", "team-a", "apps", "v1", "deployments", "web", true)]
    [InlineData("team-a/deployments/web", "team-a", "apps", "v1", "deployments", "web", true)]
    [InlineData("team-a/statefulsets/db", "team-a", "apps", "v1", "statefulsets", "db", true)]
    [InlineData("team-a/replicasets/db.v2", "team-a", "apps", "v1", "replicasets", "db.v2", true)]
    [InlineData("team-a/replicationcontrollers/old", "team-a", "", "v1", "replicationcontrollers", "old", true)]
    [InlineData("team-a/apps/v1/deployments/web", "team-a", "apps", "v1", "deployments", "web", true)]
    [InlineData("team-a/core/v1/replicationcontrollers/old", "team-a", "", "v1", "replicationcontrollers", "old", true)]
    [InlineData("team-a/example.com/v1beta1/widgets/w", "team-a", "example.com", "v1beta1", "widgets", "w", false)]
    [InlineData("team-a/example.com/v1/deployments/w", "team-a", "example.com", "v1", "deployments", "w", false)]
    public void Parse_EachForm_NamesTheKindAndThePlace(string name, string space, string group, string version, string plural, string item, bool listed)
    {
        var target = KubernetesTarget.Parse(name, "here");

        Assert.Equal((space, group, version, plural, item), (target.Namespace, target.Resource.Group, target.Resource.Version, target.Resource.Plural, target.Name));
        Assert.Equal(listed, target.Resource.IsListed);
    }

    [Theory]
    [InlineData("web", "here/web", "deployment 'web' in namespace 'here'")]
    [InlineData("team-a/web", "team-a/apps/v1/deployments/web", "deployment 'web' in namespace 'team-a'")]
    [InlineData("team-a/example.com/v1/widgets/w", "team-a/example.com/v2/widgets/w", "widgets.example.com 'w' in namespace 'team-a'")]
    public void Identity_TwoNamesOfOneThing_IsTheSame(string one, string other, string identity)
    {
        Assert.Equal(identity, KubernetesTarget.Parse(one, "here").Identity);
        Assert.Equal(identity, KubernetesTarget.Parse(other, "here").Identity);
    }

    [Theory]
    [InlineData("a/b/c/d")]
    [InlineData("a/b/c/d/e/f")]
    [InlineData("team-a/widgets/w")]
    public void Parse_AnotherForm_SaysWhichThereAre(string name)
    {
        var error = Assert.Throws<ScalingException>(() => KubernetesTarget.Parse(name, "here"));

        Assert.Equal(ScalingErrorKind.InvalidConfiguration, error.Kind);
        Assert.Equal(
            "Target must be NAME, NAMESPACE/NAME, NAMESPACE/KIND/NAME (KIND: deployments, statefulsets, replicasets or replicationcontrollers) " +
            $"or NAMESPACE/GROUP/VERSION/PLURAL/NAME, but is '{name}'.",
            error.Message);
    }

    [Theory]
    [InlineData("Web", "Name", "letters, digits, '-' and '.'", "Web")]
    [InlineData("/web", "Namespace", "letters, digits and '-'", "")]
    [InlineData("team-a/", "Name", "letters, digits, '-' and '.'", "")]
    [InlineData("team-a/..", "Name", "letters, digits, '-' and '.'", "..")]
    [InlineData("team.a/web", "Namespace", "letters, digits and '-'", "team.a")]
    [InlineData("a/b?c/v1/d/e", "Group", "letters, digits, '-' and '.'", "b?c")]
    [InlineData("a/b/v1.0/d/e", "Version", "letters, digits and '-'", "v1.0")]
    [InlineData("a/b/v1/%2e/e", "Plural", "letters, digits and '-'", "%2e")]
    public void Parse_PartThatIsNoName_SaysWhich(string name, string part, string rule, string value)
    {
        var error = Assert.Throws<ScalingException>(() => KubernetesTarget.Parse(name, "here"));

        Assert.Equal($"{part} of target '{name}' must be lower-case {rule}, but is '{value}'.", error.Message);
    }
}
