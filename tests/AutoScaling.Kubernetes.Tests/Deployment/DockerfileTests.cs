using AutoScaling.Tests.Readme;
using k8s.Models;

namespace AutoScaling.Kubernetes.Tests.Deployment;

/// <summary>The worker's Dockerfile, as far as it can be looked at without a container engine. Its publish command is run by CI.</summary>
public sealed class DockerfileTests
{
    private const string Sample = "samples/AutoScaling.KubernetesWorker";

    private static readonly (string Word, string Text)[] Lines =
    [
        .. File.ReadLines(Document.PathOf($"{Sample}/Dockerfile"))
            .Where(l => l.Length > 0 && l[0] != '#')
            .Select(l => (l[..l.IndexOf(' ', StringComparison.Ordinal)], l[(l.IndexOf(' ', StringComparison.Ordinal) + 1)..])),
    ];

    [Fact]
    public void Images_EachOne_HasAVersionAndNotTheLatest()
    {
        var images = Of("FROM").Select(f => f.Split(' ')[0]).ToList();
        Assert.Equal(2, images.Count);
        var framework = new DirectoryInfo(AppContext.BaseDirectory).Name["net".Length..];
        Assert.All(images, i => Assert.Equal(framework, i[(i.LastIndexOf(':') + 1)..]));

        // The worker answers probes: it needs ASP.NET Core.
        Assert.Contains("/dotnet/aspnet:", images[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Stages_WhatIsCopied_IsWhatWasPublished()
    {
        var copy = Of("COPY").Last().Split(' ');
        Assert.EndsWith(" AS " + copy[0]["--from=".Length..], Of("FROM")[0], StringComparison.Ordinal);
        var publish = Assert.Single(Of("RUN"));
        Assert.Equal($"dotnet publish {Sample} -c Release --use-current-runtime --no-self-contained -p:PublishReadyToRun=true -o {copy[1]}", publish);
        Assert.Equal(["dotnet", "AutoScaling.KubernetesWorker.dll"], System.Text.Json.JsonSerializer.Deserialize<string[]>(Of("ENTRYPOINT").Single())!);
    }

    [Fact]
    public void Image_WhoRunsIt_IsNotRoot()
    {
        // The number of a user that the base image has. Kubernetes cannot tell of a name that it is not root.
        Assert.Equal("$APP_UID", Of("USER").Single());
        Assert.True(Array.FindLastIndex(Lines, l => l.Word == "USER") > Array.FindLastIndex(Lines, l => l.Word is "RUN" or "COPY"));
    }

    [Fact]
    public void Image_ItsPort_IsThatOfTheManifests() => Assert.Equal(
        $"{Manifests.Find<V1Deployment>("base/worker.yaml").Spec.Template.Spec.Containers[0].Ports[0].ContainerPort}", Of("EXPOSE").Single());

    private static List<string> Of(string word) => [.. Lines.Where(l => l.Word == word).Select(l => l.Text)];
}
