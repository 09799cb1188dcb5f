using OpenTelemetry.Metrics;
using RenderFarm.ServiceDefaults.Telemetry;
using Xunit;

namespace RenderFarm.Telemetry.Tests;

public sealed class PrometheusTextTests
{
    [Theory]
    [InlineData("renderfarm.queue.wait", "s", MetricType.Histogram,
        "renderfarm_queue_wait_seconds")]
    [InlineData("renderfarm.gpu.time", "s", MetricType.DoubleSum,
        "renderfarm_gpu_time_seconds_total")]
    [InlineData("renderfarm.jobs.ended", "{job}", MetricType.LongSum,
        "renderfarm_jobs_ended_total")]
    [InlineData("renderfarm.gpu.power", "W", MetricType.DoubleGauge, "renderfarm_gpu_power_watts")]
    [InlineData("renderfarm.gpu.utilization", "1", MetricType.DoubleGauge,
        "renderfarm_gpu_utilization_ratio")]
    [InlineData("http.rate", "By/s", MetricType.DoubleGauge, "http_rate_bytes_per_second")]
    [InlineData("a..b-c", "", MetricType.LongGauge, "a_b_c")]
    [InlineData("time_seconds", "s", MetricType.DoubleGauge, "time_seconds")]
    public void Name_OfAMetric_SaysItsUnitAndItsType(
        string name, string unit, MetricType type, string expected) =>
        Assert.Equal(expected, PrometheusName.Of(name, unit, type));

    [Fact]
    public void Page_OfSamplesInAnyOrder_KeepsFamiliesTogether()
    {
        var page = new PrometheusText();
        page.Begin("b", "gauge", "Of b.");
        page.Begin("a", "counter", "Of \\ a\nline.");
        page.Add("b", "", [], 1);
        page.Add("a", "", [new("x", "say \"hi\"\n")], double.PositiveInfinity);
        page.Begin("b", "gauge", "Of b again.");
        page.Add("b", "", [new("x", "1"), new("y", "2")], 0.5);

        Assert.Equal(
            "# HELP a Of \\\\ a\\nline.\n# TYPE a counter\na{x=\"say \\\"hi\\\"\\n\"} +Inf\n"
                + "# HELP b Of b.\n# TYPE b gauge\nb 1\nb{x=\"1\",y=\"2\"} 0.5\n",
            page.ToString());
    }
}
