using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace RenderFarm.ServiceDefaults.Telemetry;

/// <summary>Sends metrics and traces over OTLP for as long as the program runs.</summary>
internal sealed class OtlpExport(string serviceName, IConfiguration configuration)
    : IHostedService, IDisposable
{
    /// <summary>
    /// Where to; with no endpoint there is no telemetry. The name is OpenTelemetry's.
    /// </summary>
    public const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const string OurNames = "RenderFarm.*";

    private MeterProvider? metrics;
    private TracerProvider? traces;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var resource = ResourceBuilder.CreateDefault().AddService(
            "renderfarm-" + serviceName, serviceInstanceId: Environment.MachineName);
        metrics = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .SetResourceBuilder(resource)
            .AddMeter(OurNames, "MassTransit", "System.Runtime", "Microsoft.AspNetCore.Hosting")
            .AddOtlpExporter()
            .Build();
        traces = Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .SetResourceBuilder(resource)
            .AddSource(OurNames, "MassTransit")
            .AddOtlpExporter()
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        // This sends what is still waiting.
        metrics?.Dispose();
        traces?.Dispose();
    }
}
