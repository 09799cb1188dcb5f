using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace RenderFarm.ServiceDefaults.Telemetry;

/// <summary>
/// Where a service shows what it measures. Section <c>Telemetry</c>; the rest is OpenTelemetry's
/// own (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and the variables beside it).
/// </summary>
public sealed class TelemetryOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Telemetry";

    /// <summary>
    /// The only port on which <c>/metrics</c> answers, of those that the service listens on
    /// (<c>ASPNETCORE_URLS</c>, by default one on loopback); every one of them by default. A Broker
    /// that others than the farm can reach has one of its own for this.
    /// </summary>
    [Range(1, 65535)]
    public int? MetricsPort { get; set; }
}

[OptionsValidator]
internal sealed partial class TelemetryOptionsRules : IValidateOptions<TelemetryOptions>;
