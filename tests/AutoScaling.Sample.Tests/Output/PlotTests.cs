using System.Globalization;
using System.Xml.Linq;
using AutoScaling.Sample.Output;

namespace AutoScaling.Sample.Tests.Output;

public sealed class PlotTests
{
    [Fact]
    public void Svg_LinesUponEachOther_ShowThroughTheGapsOfThoseAbove()
    {
        Series[] same = [.. Enumerable.Range(0, 6).Select(i => new Series($"s{i}", Plot.Colors[i], [(0, 5), (60, 5)]))];
        var svg = XDocument.Parse(Plot.Svg("t", "s", "x", 60, new Panel("y", true, same)));
        XNamespace space = "http://www.w3.org/2000/svg";
        var dashes = svg.Descendants(space + "polyline").Select(l => (string)l.Attribute("stroke-dasharray")!).ToList();
        Assert.Equal("none", dashes[0]);
        Assert.Equal(6, dashes.Distinct().Count());

        // The legend shows each as it is drawn.
        var keys = svg.Descendants(space + "line").Where(l => l.Attribute("stroke-dasharray") is not null).ToDictionary(l => (string)l.Attribute("stroke")!, l => (string)l.Attribute("stroke-dasharray")!);
        Assert.Equal(dashes, same.Select(s => keys[s.Color]));
    }

    [Fact]
    public void Svg_TwoPanels_HasTitleAxesLegendAndEveryLineInsideItsPanel()
    {
        var svg = XDocument.Parse(Plot.Svg("a < b", "seed 1", "time in seconds", 60,
            new Panel("jobs & more", false, new Series("load", "red", [(0, 1.5), (30, 44), (60, 2)])),
            new Panel("replicas", true, new Series("ready", "blue", [(0, 1), (60, 3)], Steps: true))));

        var texts = svg.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value).ToList();
        Assert.Empty("a < b|seed 1|time in seconds|jobs & more|replicas|load|ready|50|60".Split('|').Except(texts));
        Assert.DoesNotContain("0.5", texts);

        var lines = svg.Descendants().Where(e => e.Name.LocalName == "polyline").Select(Points).ToList();
        Assert.Equal([3, 3], lines.Select(l => l.Count));
        Assert.All(lines.SelectMany(l => l), p => Assert.InRange(p.X, 70, 936));
        Assert.Equal(lines[1][0].Y, lines[1][1].Y); // a step: along first, then up
        Assert.Equal(lines[1][1].X, lines[1][2].X);
        Assert.True(lines[0][1].Y < lines[0][0].Y, "More is further up.");
    }

    [Fact]
    public void Svg_NothingToDraw_IsStillAPlot() =>
        Assert.Equal("svg", XDocument.Parse(Plot.Svg("t", "s", "x", 1, new Panel("y", true, new Series("none", "red", [])))).Root!.Name.LocalName);

    [Theory]
    [InlineData(0, 0, 1, 1)]
    [InlineData(6, 1, 1, 6)]
    [InlineData(1, 1, 1, 1)]
    [InlineData(54, 0, 10, 60)]
    [InlineData(0.3, 0, 0.05, 0.3)]
    [InlineData(170, 1, 50, 200)]
    public void Ticks_Values_AreRoundNumbers(double most, double least, double tick, double highest)
    {
        var ticks = Plot.Ticks(most, 6, least);
        Assert.Equal(tick, ticks.Tick, 9);
        Assert.Equal(highest, ticks.Highest, 9);
    }

    private static List<(double X, double Y)> Points(XElement line) =>
    [
        .. from point in line.Attribute("points")!.Value.Split(' ')
           let xy = point.Split(',')
           select (double.Parse(xy[0], CultureInfo.InvariantCulture), double.Parse(xy[1], CultureInfo.InvariantCulture)),
    ];
}
