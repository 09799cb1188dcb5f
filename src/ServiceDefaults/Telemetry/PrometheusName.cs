using System.Text;
using OpenTelemetry.Metrics;

namespace RenderFarm.ServiceDefaults.Telemetry;

/// <summary>
/// What OpenTelemetry's names are in Prometheus: dots become underscores, the unit is spelt out at
/// the end, and a counter ends in <c>_total</c>.
/// </summary>
internal static class PrometheusName
{
    private const string PerUnit = "_per_";

    /// <summary>The name of a metric's family.</summary>
    public static string Of(string name, string unit, MetricType type)
    {
        var full = Clean(name);
        var isCounter = type is MetricType.LongSum or MetricType.DoubleSum;
        var word = UnitWord(unit, isGauge: IsGauge(type));
        if (word.Length > 0 && !full.EndsWith('_' + word, StringComparison.Ordinal))
        {
            full += '_' + word;
        }

        return isCounter && !full.EndsWith("_total", StringComparison.Ordinal)
            ? full + "_total"
            : full;
    }

    /// <summary>The word that Prometheus has for a type of metric.</summary>
    public static string TypeWord(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.Histogram => "histogram",
        _ => "gauge",
    };

    /// <summary>A name or a label with nothing in it but letters, digits and underscores.</summary>
    public static string Clean(string name)
    {
        var clean = new StringBuilder(name.Length + 1);
        foreach (var letter in name)
        {
            var fits = char.IsAsciiLetterOrDigit(letter) || letter == '_';
            if (fits || clean.Length == 0 || clean[^1] != '_')
            {
                clean.Append(fits ? letter : '_');
            }
        }

        return char.IsAsciiDigit(clean[0]) ? $"_{clean}" : clean.ToString();
    }

    private static bool IsGauge(MetricType type) => type
        is MetricType.LongGauge or MetricType.DoubleGauge
        or MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic;

    /// <summary>A unit of UCUM as a word; what stands in braces is a note and no unit.</summary>
    private static string UnitWord(string unit, bool isGauge)
    {
        var slash = unit.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0)
        {
            var (above, below) = (Word(unit[..slash]), Word(unit[(slash + 1)..]));
            return above.Length == 0 || below.Length == 0
                ? ""
                : above + PerUnit + (below == "seconds" ? "second" : below);
        }

        return unit == "1" && isGauge ? "ratio" : Word(unit);
    }

    private static string Word(string unit) => unit switch
    {
        "" or "1" => "",
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "By" => "bytes",
        "Cel" => "celsius",
        "W" => "watts",
        "J" => "joules",
        "%" => "percent",
        _ when unit[0] == '{' => "",
        _ => Clean(unit),
    };
}
