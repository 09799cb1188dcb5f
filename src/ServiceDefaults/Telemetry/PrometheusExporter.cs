using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace RenderFarm.ServiceDefaults.Telemetry;

/// <summary>Writes this process' metrics as Prometheus reads them, whenever it asks.</summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusExporter : BaseExporter<Metric>, IPullMetricExporter
{
    private const int LongestCollectMilliseconds = 5000;

    private readonly Lock gate = new();
    private PrometheusText page = new();

    /// <summary>Set by the reader that this exporter is given to.</summary>
    public Func<int, bool>? Collect { get; set; }

    /// <summary>The page; null while nothing is measured yet, or no longer.</summary>
    public string? Scrape()
    {
        // Of two who ask at once, the second waits for its own page.
        lock (gate)
        {
            return Collect?.Invoke(LongestCollectMilliseconds) == true ? page.ToString() : null;
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        page = new PrometheusText();
        page.Begin("target_info", "gauge", "What this process says of itself.");
        page.Add("target_info", "", Labels(ParentProvider.GetResource().Attributes), 1);
        foreach (var metric in batch)
        {
            Add(metric);
        }

        return ExportResult.Success;
    }

    private void Add(Metric metric)
    {
        var type = metric.MetricType;
        if (type == MetricType.ExponentialHistogram)
        {
            // No instrument here makes one, and this format has no words for it.
            return;
        }

        var name = PrometheusName.Of(metric.Name, metric.Unit, type);
        page.Begin(name, PrometheusName.TypeWord(type), metric.Description);
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var labels = new List<KeyValuePair<string, string>>();
            foreach (var tag in point.Tags)
            {
                labels.Add(Label(tag.Key, tag.Value));
            }

            if (type == MetricType.Histogram)
            {
                AddHistogram(name, labels, point);
            }
            else
            {
                page.Add(name, "", labels, Value(type, point));
            }
        }
    }

    private void AddHistogram(
        string name, List<KeyValuePair<string, string>> labels, in MetricPoint point)
    {
        long below = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            below += bucket.BucketCount;
            page.Add(
                name,
                "_bucket",
                labels.Append(new("le", PrometheusText.Number(bucket.ExplicitBound))),
                below);
        }

        page.Add(name, "_sum", labels, point.GetHistogramSum());
        page.Add(name, "_count", labels, point.GetHistogramCount());
    }

    private static double Value(MetricType type, in MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
        MetricType.LongGauge => point.GetGaugeLastValueLong(),
        _ => point.GetGaugeLastValueDouble(),
    };

    private static IEnumerable<KeyValuePair<string, string>> Labels(
        IEnumerable<KeyValuePair<string, object>> attributes) =>
        attributes.Select(attribute => Label(attribute.Key, attribute.Value));

    private static KeyValuePair<string, string> Label(string name, object? value) => new(
        PrometheusName.Clean(name),
        value is bool flag ? (flag ? "true" : "false")
            : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
}
