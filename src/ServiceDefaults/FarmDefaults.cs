using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using OpenTelemetry.Logs;
using RenderFarm.ServiceDefaults.Telemetry;

namespace RenderFarm.ServiceDefaults;

/// <summary>What every service does alike.</summary>
public static class FarmDefaults
{
    private const string ReadyTag = "ready";

    /// <summary>
    /// Adds the clock, health checks, the console log (a line for each event; one JSON object a
    /// line with <c>Logging__Console__FormatterName=json</c>), metrics, and their sending with
    /// traces and the log where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to. Call it first.
    /// </summary>
    public static void AddServiceDefaults(this IHostApplicationBuilder builder, string serviceName)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddHealthChecks();
        builder.Logging.AddConsole();
        // What the frameworks do is worth a line only when it goes wrong.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("MassTransit", LogLevel.Warning);
        // Without a name the console overwrites its formatter's options by defaults of old.
        builder.Services.Configure<ConsoleLoggerOptions>(
            console => console.FormatterName ??= ConsoleFormatterNames.Simple);
        builder.Services.Configure<SimpleConsoleFormatterOptions>(Shape);
        builder.Services.Configure<JsonConsoleFormatterOptions>(Shape);
        AddTelemetry(builder, serviceName);
    }

    /// <summary>
    /// Maps <c>/healthz/live</c> (the process answers) and <c>/healthz/ready</c> (what it needs is
    /// there: every check tagged <c>ready</c>, the bus among them), and <c>/metrics</c> for
    /// Prometheus.
    /// </summary>
    public static void MapServiceDefaults(this WebApplication application)
    {
        application.MapHealthChecks("/healthz/live",
            new HealthCheckOptions { Predicate = _ => false });
        application.MapHealthChecks("/healthz/ready",
            new HealthCheckOptions { Predicate = check => check.Tags.Contains(ReadyTag) });
        var metrics = application.MapGet("/metrics", Scrape);
        var telemetry = application.Services.GetRequiredService<IOptions<TelemetryOptions>>();
        if (telemetry.Value.MetricsPort is { } port)
        {
            metrics.RequireHost($"*:{port}");
        }
    }

    /// <summary>
    /// Runs a service until it is told to stop. A service that is told so while it still starts
    /// ends as quietly as any other: shutdown is not failure.
    /// </summary>
    public static async Task RunServiceAsync(this IHost host)
    {
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>()
            .ApplicationStopping;
        try
        {
            await host.RunAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    private static void AddTelemetry(IHostApplicationBuilder builder, string serviceName)
    {
        var configuration = builder.Configuration;
        builder.Services.AddOptions<TelemetryOptions>()
            .BindConfiguration(TelemetryOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<TelemetryOptions>, TelemetryOptionsRules>();
        if (builder is WebApplicationBuilder)
        {
            builder.Services.AddSingleton<PrometheusExporter>();
        }

        builder.Services.AddHostedService(services => new FarmTelemetry(
            serviceName, configuration, services.GetService<PrometheusExporter>()));
        if (FarmTelemetry.IsSent(configuration))
        {
            builder.Logging.AddOpenTelemetry(log => log
                .SetResourceBuilder(FarmTelemetry.Resource(serviceName, configuration))
                .AddOtlpExporter());
        }
    }

    private static IResult Scrape(PrometheusExporter page) => page.Scrape() is { } text
        ? Results.Text(text, PrometheusText.ContentType)
        : Results.StatusCode(StatusCodes.Status503ServiceUnavailable);

    private static void Shape(ConsoleFormatterOptions console)
    {
        console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        console.UseUtcTimestamp = true;
        if (console is SimpleConsoleFormatterOptions simple)
        {
            simple.SingleLine = true;
        }
    }
}
