using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace RenderFarm.ServiceDefaults.Telemetry;

/// <summary>
/// Measures for as long as the program runs: for whoever reads <c>/metrics</c>, and over OTLP,
/// traces too, where there is an endpoint.
/// </summary>
internal sealed class FarmTelemetry(
    string serviceName, IConfiguration configuration, PrometheusExporter? page = null)
    : IHostedService, IDisposable
{
    /// <summary>Where to; with no endpoint nothing is sent. The name is OpenTelemetry's.</summary>
    public const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const string OurNames = "RenderFarm.*";
    private const string BusName = "MassTransit";

    /// <summary>
    /// Bounds of what is measured in seconds, from a claim's milliseconds to a long film's hours.
    /// </summary>
    private static readonly double[] SecondBounds =
    [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600,
        7200, 21600,
    ];

    private MeterProvider? metrics;
    private TracerProvider? traces;

    /// <summary>Whether anything is sent over OTLP.</summary>
    public static bool IsSent(IConfiguration configuration) =>
        !string.IsNullOrEmpty(configuration[EndpointSetting]);

    /// <summary>Who speaks: the service, and which one of it.</summary>
    public static ResourceBuilder Resource(string serviceName, IConfiguration configuration) =>
        ResourceBuilder.CreateDefault().AddService(
            "renderfarm-" + serviceName,
            serviceVersion: typeof(FarmTelemetry).Assembly.GetName().Version!.ToString(3),
            serviceInstanceId: configuration["Worker:Id"]
                ?? $"{Environment.MachineName}-{Environment.ProcessId}");

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var isSent = IsSent(configuration);
        if (isSent || page is not null)
        {
            metrics = Measure(isSent);
        }

        if (isSent)
        {
            traces = Sdk.CreateTracerProviderBuilder()
                .ConfigureServices(services => services.AddSingleton(configuration))
                .SetResourceBuilder(Resource(serviceName, configuration))
                .SetSampler(new ParentBasedSampler(new JobSampler()))
                .AddSource(OurNames, BusName)
                .AddOtlpExporter()
                .Build();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        // This sends what is still waiting.
        metrics?.Dispose();
        traces?.Dispose();
    }

    private MeterProvider Measure(bool isSent)
    {
        var builder = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .SetResourceBuilder(Resource(serviceName, configuration))
            .AddMeter(OurNames, BusName, "System.Runtime", "Microsoft.AspNetCore.Hosting")
            .AddView(View);
        if (page is not null)
        {
            builder.AddReader(_ => new BaseExportingMetricReader(page));
        }

        return (isSent ? builder.AddOtlpExporter() : builder).Build();
    }

    private static MetricStreamConfiguration? View(Instrument instrument) =>
        instrument is Histogram<double> { Unit: "s" }
            && instrument.Meter.Name.StartsWith(OurNames[..^1], StringComparison.Ordinal)
            ? new ExplicitBucketHistogramConfiguration { Boundaries = SecondBounds }
            : null;
}
