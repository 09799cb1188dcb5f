using System.Globalization;
using System.Text;

namespace RenderFarm.Benchmarks.Simulated;

/// <summary>The launch as a picture: people who wait, by rule, minute by minute.</summary>
internal static class LaunchPicture
{
    private const double From = Loads.LaunchAt - 1800;
    private const double To = Loads.LaunchAt + (3 * 3600);
    private const double Left = 70, Right = 20, Top = 40, Bottom = 50;
    private static readonly string[] Colours = ["#0b7285", "#e8590c", "#868e96"];

    /// <summary>Width and height in pixels.</summary>
    public static (int Width, int Height) Size => (880, 400);

    /// <summary>Draws it as SVG.</summary>
    public static string Draw(IReadOnlyList<Outcome> days, (int Width, int Height) size)
    {
        var most = 20_000 * Math.Ceiling(days.Max(Most) / 20_000.0);
        var (width, height) = (size.Width - Left - Right, size.Height - Top - Bottom);
        double X(double time) => Left + ((time - From) / (To - From) * width);
        double Y(double count) => Top + ((1 - (count / most)) * height);

        var svg = new StringBuilder();
        Add(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{size.Width}\" ");
        Add(svg, $"height=\"{size.Height}\" font-family=\"sans-serif\" font-size=\"13\">\n");
        Add(svg, $"<rect width=\"{size.Width}\" height=\"{size.Height}\" fill=\"#ffffff\"/>\n");
        Add(svg, $"<text x=\"{Left}\" y=\"22\" font-size=\"15\">People who wait for a picture, ");
        Add(svg, $"on the day of a launch</text>\n");
        for (var count = 0.0; count <= most; count += most / 4)
        {
            Add(svg, $"<line x1=\"{Left}\" x2=\"{size.Width - Right}\" y1=\"{Y(count):0.0}\" ");
            Add(svg, $"y2=\"{Y(count):0.0}\" stroke=\"#dee2e6\"/>\n");
            Add(svg, $"<text x=\"{Left - 8}\" y=\"{Y(count) + 4:0.0}\" ");
            Add(svg, $"text-anchor=\"end\">{count:N0}</text>\n");
        }

        for (var time = From; time <= To; time += 1800)
        {
            Add(svg, $"<text x=\"{X(time):0.0}\" y=\"{size.Height - 28}\" ");
            Add(svg, $"text-anchor=\"middle\">{(int)(time / 3600):00}:");
            Add(svg, $"{(int)(time / 60) % 60:00}</text>\n");
        }

        for (var i = 0; i < days.Count; i++)
        {
            var points = days[i].Meter.Points
                .Where(point => point.Time is >= From and <= To)
                .Select(point => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{X(point.Time):0.0},{Y(point.Waiting[0]):0.0}"));
            Add(svg, $"<polyline fill=\"none\" stroke=\"{Colours[i]}\" stroke-width=\"2.5\" ");
            Add(svg, $"points=\"{string.Join(' ', points)}\"/>\n");
            Add(svg, $"<text x=\"{size.Width - Right - 10}\" y=\"{Top + 16 + (20 * i)}\" ");
            Add(svg, $"text-anchor=\"end\" fill=\"{Colours[i]}\">{days[i].Rule}</text>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static int Most(Outcome day) => day.Meter.Points.Max(point => point.Waiting[0]);

    private static void Add(StringBuilder svg, FormattableString text) =>
        svg.Append(text.ToString(CultureInfo.InvariantCulture));
}
