using System.Globalization;
using System.Text;

namespace RenderFarm.ServiceDefaults.Telemetry;

/// <summary>
/// A page in Prometheus' text format 0.0.4. Samples may come in any order: those of one family
/// stand together under its one heading, as the format asks.
/// </summary>
public sealed class PrometheusText
{
    /// <summary>What the page is, for HTTP.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly SortedDictionary<string, StringBuilder> families =
        new(StringComparer.Ordinal);

    /// <summary>Begins a family, or goes on with it.</summary>
    /// <param name="name">Its name, unit and all.</param>
    /// <param name="type"><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
    /// <param name="help">One sentence.</param>
    public void Begin(string name, string type, string help)
    {
        if (families.ContainsKey(name))
        {
            return;
        }

        families[name] = new StringBuilder()
            .Append("# HELP ").Append(name).Append(' ').Append(Escape(help, quotes: false))
            .Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    /// <summary>Adds a sample to a family that was begun.</summary>
    /// <param name="family">Which family.</param>
    /// <param name="suffix">What follows its name: <c>_bucket</c>, <c>_sum</c>, or nothing.</param>
    /// <param name="labels">Its labels, in this order.</param>
    /// <param name="value">Its value.</param>
    public void Add(
        string family,
        string suffix,
        IEnumerable<KeyValuePair<string, string>> labels,
        double value)
    {
        var text = families[family].Append(family).Append(suffix);
        var mark = '{';
        foreach (var (name, content) in labels)
        {
            text.Append(mark).Append(name).Append("=\"")
                .Append(Escape(content, quotes: true)).Append('"');
            mark = ',';
        }

        text.Append(mark == ',' ? "} " : " ").Append(Number(value)).Append('\n');
    }

    /// <summary>A number as Prometheus writes it.</summary>
    public static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    /// <inheritdoc />
    public override string ToString() => string.Concat(families.Values);

    private static string Escape(string text, bool quotes)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }
}
