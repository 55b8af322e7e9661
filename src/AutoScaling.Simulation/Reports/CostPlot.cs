using System.Collections.Immutable;
using System.Globalization;
using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Reports;

/// <summary>
/// Cost against shortage as SVG: a point for each candidate, a line for each sweep. It is there without any script, and on paper.
/// </summary>
internal static class CostPlot
{
    private const int Width = 744, Left = 62, Right = 14, Top = 16, Bottom = 48, Height = 430;

    private static readonly ImmutableArray<double> CostTicks =
    [
        0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.5, 2, 2.5, 3, 4, 6, 8, 12, 16, 24, 32, 64, 128, 256, 512, 1024,
    ];

    private static readonly ImmutableArray<double> ShareTicks = [0, 0.01, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 50, 75, 100];

    // Points differ by shape too, for those who do not see the colours apart, and beyond eight candidates.
    private static readonly ImmutableArray<string> Shapes =
    [
        "M-5,0a5,5 0 1,0 10,0a5,5 0 1,0 -10,0z", "M-4.5,-4.5h9v9h-9z", "M0,-6l5.5,10h-11z", "M0,-6.5l6,6.5l-6,6.5l-6,-6.5z",
        "M0,6l5.5,-10h-11z", "M-2,-6h4v4h4v4h-4v4h-4v-4h-4v-4h4z", "M0,-6l5.7,4.1l-2.2,6.7h-7l-2.2,-6.7z",
    ];

    private const int Colors = 8;

    public static void Write(ReportContent content, TextWriter writer)
    {
        var points = Points(content);
        var curves = content.Sweeps.Select(Curve).ToList();
        var shown = points.Concat(curves.SelectMany(c => c)).ToList();
        var scale = new Scale(shown);

        writer.Write($"""<div class="costs"><svg class="cost" viewBox="0 0 {Width} {Height}" role="img" """);
        writer.Write("""aria-label="Relative cost against the share of requests in shortage">""" + "\n");
        Axes(writer, scale);
        var labels = new Labels(shown.Select(p => (scale.X(p.Cost), scale.Y(p.Shortage))));
        for (var s = 0; s < curves.Count; s++)
        {
            var path = string.Join(' ', curves[s].Select(p => $"{N(scale.X(p.Cost))},{N(scale.Y(p.Shortage))}"));
            writer.Write($"""<polyline class="curve s{(points.Count + s) % Colors}" points="{path}"/>""" + "\n");
            foreach (var point in curves[s]) Mark(writer, scale, point, points.Count + s, "M-3,0a3,3 0 1,0 6,0a3,3 0 1,0 -6,0z");
        }

        for (var i = 0; i < points.Count; i++) Mark(writer, scale, points[i], points[i].Number, Shapes[points[i].Number % Shapes.Length]);
        foreach (var point in shown) labels.Write(writer, scale.X(point.Cost), scale.Y(point.Shortage), Shortened(point.Label, 22));
        writer.Write("</svg>\n");
        Legend(writer, points, content.Sweeps.Select(s => s.Setting).ToList());
        writer.Write("</div>\n<p class=\"hint\">Down and to the left is better. Cost has a logarithmic axis, shortage a square-root one. ");
        writer.Write("Compare whole curves rather than points: a policy can always buy less shortage with more replicas.</p>\n");
    }

    private static List<Point> Points(ReportContent content)
    {
        var (cost, shortage) = (Measure.All.First(m => m.Key is "relativeCost"), Measure.All.First(m => m.Key is "shortageSharePercent"));
        return
        [
            .. content.Comparison.Candidates
                .Select((c, i) => new Point(i, c.Name, content.Mean(cost, i), content.Mean(shortage, i), c.Name))
                .Where(p => p.IsShown),
        ];
    }

    private static List<Point> Curve(SweepCurve sweep) =>
    [
        .. (sweep.Points.IsDefault ? [] : sweep.Points)
            .Select((p, i) => new Point(
                i, Phrase.Exact(p.Value), p.RelativeCost, p.ShortageShare, $"{sweep.Setting} {Phrase.Exact(p.Value)}"))
            .Where(p => p.IsShown),
    ];

    private static void Axes(TextWriter writer, Scale scale)
    {
        var (right, bottom) = (Width - Right, Height - Bottom);
        var last = double.NegativeInfinity;
        foreach (var tick in CostTicks.Where(t => scale.Holds(t)))
        {
            var x = scale.X(tick);
            writer.Write($"""<path class="grid{(tick == 1 ? " one" : "")}" d="M{N(x)},{Top}V{bottom}"/>""" + "\n");
            if (x - last < 34) continue;
            writer.Write($"""<text class="tick" x="{N(x)}" y="{bottom + 18}" text-anchor="middle">{Phrase.Exact(tick)}</text>""" + "\n");
            last = x;
        }

        last = double.PositiveInfinity;
        foreach (var tick in ShareTicks.Where(t => t <= scale.MostShortage))
        {
            var y = scale.Y(tick);
            if (last - y < 20) continue;
            writer.Write($"""<path class="grid" d="M{Left},{N(y)}H{right}"/>""");
            writer.Write($"""<text class="tick" x="{Left - 8}" y="{N(y + 4)}" text-anchor="end">{Phrase.Exact(tick)}</text>""" + "\n");
            last = y;
        }

        writer.Write($"""<path class="axis" d="M{Left},{Top}V{bottom}H{right}"/>""" + "\n");
        writer.Write(
            $"""<text x="{(Left + right) / 2}" y="{Height - 10}" text-anchor="middle">"""
                + """relative cost (replica-hours / those of a clairvoyant)</text>""" + "\n");
        writer.Write(
            $"""<text transform="translate(16 {(Top + bottom) / 2}) rotate(-90)" text-anchor="middle">"""
                + """requests in shortage (%)</text>""" + "\n");
    }

    private static void Mark(TextWriter writer, Scale scale, Point point, int number, string shape)
    {
        var j = point.Cost + (5 * point.Shortage / 100);
        var title = $"{point.Title}: cost {Numbers.Score(point.Cost)}, shortage {Numbers.Score(point.Shortage)} %, J {Numbers.Score(j)}";
        var at = $"translate({N(scale.X(point.Cost))} {N(scale.Y(point.Shortage))})";
        writer.Write($"""<path class="mark c{number % Colors}" transform="{at}" d="{shape}">""");
        writer.Write($"<title>{HtmlText.Escape(title)}</title></path>\n");
    }

    private static void Legend(TextWriter writer, List<Point> points, List<string> sweeps)
    {
        writer.Write("<ul class=\"keys\">\n");
        foreach (var point in points)
        {
            var mark = $"""<path class="mark c{point.Number % Colors}" d="{Shapes[point.Number % Shapes.Length]}"/>""";
            writer.Write($"<li>{Key(mark)}<span>{HtmlText.Escape(point.Title)}</span></li>\n");
        }

        for (var s = 0; s < sweeps.Count; s++)
        {
            var mark = $"""<path class="curve s{(points.Count + s) % Colors}" d="M-10,0h20"/>""";
            writer.Write($"<li>{Key(mark)}<span>{HtmlText.Escape("sweep of " + sweeps[s])}</span></li>\n");
        }

        writer.Write("</ul>\n");
    }

    private static string Key(string mark) => $"""<svg viewBox="-11 -8 22 16" aria-hidden="true">{mark}</svg>""";

    private static string N(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Shortened(string name, int longest) =>
        name.Length <= longest ? name : string.Concat(name.AsSpan(0, longest - 1), "…");

    /// <summary>A point of the plot.</summary>
    private sealed record Point(int Number, string Label, double Cost, double Shortage, string Title)
    {
        // A logarithmic axis has no place for 0.
        public bool IsShown => Cost > 0 && double.IsFinite(Cost) && Shortage >= 0 && double.IsFinite(Shortage);
    }

    /// <summary>Where costs and shares are drawn.</summary>
    private sealed class Scale
    {
        private readonly double _least, _most, _bottom;

        public Scale(List<Point> points)
        {
            _least = Math.Log(0.9 * points.Select(p => p.Cost).Append(1).Min());
            _most = Math.Log(1.15 * points.Select(p => p.Cost).Append(1.5).Max());
            MostShortage = Math.Max(0.1, 1.1 * points.Select(p => p.Shortage).DefaultIfEmpty().Max());
            _bottom = Height - Bottom;
        }

        public double MostShortage { get; }

        public bool Holds(double cost) => Math.Log(cost) >= _least && Math.Log(cost) <= _most;

        public double X(double cost) => Left + ((Width - Right - Left) * (Math.Log(cost) - _least) / (_most - _least));

        public double Y(double shortage) => _bottom - ((_bottom - Top) * Math.Sqrt(shortage / MostShortage));
    }

    /// <summary>Writes labels beside points where there is room; the legend and the titles name the others.</summary>
    private sealed class Labels(IEnumerable<(double X, double Y)> points)
    {
        private const double CharWidth = 6.6, LineHeight = 14;

        private readonly List<(double X, double Y, double Width, double Height)> _taken =
            [.. points.Select(p => (p.X - 6, p.Y - 6, 12.0, 12.0))];

        public void Write(TextWriter writer, double x, double y, string text)
        {
            var width = text.Length * CharWidth;
            (double X, double Y)[] places = [(x + 9, y - 7), (x - 9 - width, y - 7), (x - (width / 2), y - 22), (x - (width / 2), y + 8)];
            foreach (var place in places)
            {
                if (place.X < Left || place.X + width > Width - Right || place.Y < 0) continue;
                if (_taken.Exists(t => Overlap(t.X, t.Width, place.X, width) && Overlap(t.Y, t.Height, place.Y, LineHeight))) continue;
                _taken.Add((place.X, place.Y, width, LineHeight));
                writer.Write($"""<text class="label" x="{N(place.X)}" y="{N(place.Y + 11)}">{HtmlText.Escape(text)}</text>""" + "\n");
                return;
            }
        }

        private static bool Overlap(double one, double length, double other, double otherLength) =>
            other < one + length && one < other + otherLength;
    }
}
