using System.Globalization;
using System.Net;
using System.Text;

namespace AutoScaling.Sample.Output;

/// <summary>A line in a panel.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Color">Its colour, as in CSS.</param>
/// <param name="Points">Its points, ordered by X; Y is finite.</param>
/// <param name="Steps">Whether a value holds until the next one, instead of a straight line to it.</param>
internal sealed record Series(string Name, string Color, IReadOnlyList<(double X, double Y)> Points, bool Steps = false);

/// <summary>A diagram among others that share the X axis.</summary>
/// <param name="Axis">What its Y axis is, with the unit.</param>
/// <param name="WholeNumbers">Whether the Y axis counts things.</param>
/// <param name="Lines">Its lines, the first at the bottom.</param>
internal sealed record Panel(string Axis, bool WholeNumbers, params Series[] Lines);

/// <summary>Draws panels one below the other, as SVG.</summary>
internal static class Plot
{
    // Told apart also by those who do not see all colours (Okabe and Ito).
    public static readonly string[] Colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"];

    // Of lines that lie upon each other, each shows through the gaps of those above it.
    private static readonly string[] Dashes = ["none", "10 6", "3 6", "14 4 3 4", "6 10", "2 10"];

    private static readonly int[] Steps = [1, 2, 5, 10];

    private const int Width = 960, PanelHeight = 190, Left = 70, Right = 24, Top = 74, Gap = 58, Bottom = 52;

    public static string Svg(string title, string subtitle, string axis, double end, params IReadOnlyList<Panel> panels)
    {
        var height = Top + (panels.Count * PanelHeight) + ((panels.Count - 1) * Gap) + Bottom;
        var svg = new StringBuilder();
        Add($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" font-family="sans-serif" font-size="13" fill="#333">""");
        Add($"""<title>{Escape(title)}</title>""");
        Add($"""<rect width="{Width}" height="{height}" fill="white"/>""");
        Add($"""<text x="{Left}" y="26" font-size="18" font-weight="bold">{Escape(title)}</text>""");
        Add($"""<text x="{Left}" y="46" fill="#666">{Escape(subtitle)}</text>""");
        for (var i = 0; i < panels.Count; i++) Draw(panels[i], Top + (i * (PanelHeight + Gap)));
        Add($"""<text x="{Left + ((Width - Left - Right) / 2)}" y="{height - 14}" text-anchor="middle">{Escape(axis)}</text>""");
        Add($"</svg>");
        return svg.ToString();

        void Draw(Panel panel, int top)
        {
            var bottom = top + PanelHeight;
            var most = panel.Lines.SelectMany(l => l.Points).Select(p => p.Y).DefaultIfEmpty().Max();
            var (tick, highest) = Ticks(most, 6, panel.WholeNumbers ? 1 : 0);
            double X(double x) => Left + ((Width - Left - Right) * x / end);
            double Y(double y) => bottom - (PanelHeight * y / highest);

            for (var y = 0.0; y <= highest * 1.001; y += tick)
            {
                Add($"""<line x1="{Left}" y1="{Y(y):0.#}" x2="{Width - Right}" y2="{Y(y):0.#}" stroke="{(y == 0 ? "#333" : "#ddd")}"/>""");
                Add($"""<text x="{Left - 8}" y="{Y(y) + 4:0.#}" text-anchor="end">{y:0.###}</text>""");
            }

            var step = Ticks(end, 12, 0).Tick;
            for (var x = 0.0; x <= end * 1.001; x += step)
            {
                Add($"""<line x1="{X(x):0.#}" y1="{top}" x2="{X(x):0.#}" y2="{bottom + 5}" stroke="#eee"/>""");
                Add($"""<text x="{X(x):0.#}" y="{bottom + 20}" text-anchor="middle">{x:0.###}</text>""");
            }

            Add($"""<text x="18" y="{top + (PanelHeight / 2)}" text-anchor="middle" transform="rotate(-90 18 {top + (PanelHeight / 2)})">{Escape(panel.Axis)}</text>""");
            Legend(panel, top - 10);
            foreach (var (index, line) in panel.Lines.Index())
                Add($"""<polyline fill="none" stroke="{line.Color}" stroke-dasharray="{Dash(index)}" stroke-width="2" stroke-linejoin="round" points="{string.Join(' ', Path(line).Select(p => FormattableString.Invariant($"{X(p.X):0.#},{Y(p.Y):0.#}")))}"/>""");
        }

        void Legend(Panel panel, int y)
        {
            // From the right; the width of text is guessed.
            double x = Width - Right;
            foreach (var (index, line) in panel.Lines.Index().Reverse())
            {
                x -= (line.Name.Length * 7.5) + 8;
                Add($"""<text x="{x:0.#}" y="{y}">{Escape(line.Name)}</text>""");
                x -= 26;
                Add($"""<line x1="{x:0.#}" y1="{y - 4}" x2="{x + 20:0.#}" y2="{y - 4}" stroke="{line.Color}" stroke-dasharray="{Dash(index)}" stroke-width="3"/>""");
            }
        }

        void Add(FormattableString line) => svg.AppendLine(line.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The distance of ticks (1, 2 or 5 times a power of ten) that gives not more than so many, and the first tick that is not below a value.</summary>
    internal static (double Tick, double Highest) Ticks(double most, int count, double least)
    {
        if (most <= 0) return (1, 1);
        var power = Math.Pow(10, Math.Floor(Math.Log10(most / count)));
        var tick = Math.Max(least, Steps.Select(m => m * power).First(t => most / t <= count));
        return (tick, Math.Ceiling(Math.Round(most / tick, 6)) * tick);
    }

    private static IEnumerable<(double X, double Y)> Path(Series line)
    {
        for (var i = 0; i < line.Points.Count; i++)
        {
            if (line.Steps && i > 0) yield return (line.Points[i].X, line.Points[i - 1].Y);
            yield return line.Points[i];
        }
    }

    private static string Dash(int line) => Dashes[line % Dashes.Length];

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
