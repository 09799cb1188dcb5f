namespace RenderFarm.Worker.Gpu;

/// <summary>What a GPU says of itself; null what it does not say.</summary>
/// <param name="UsedBytes">Memory in use, by whomever.</param>
/// <param name="TotalBytes">All of its memory.</param>
/// <param name="TemperatureCelsius">Of its chip.</param>
/// <param name="PowerWatts">That it draws.</param>
/// <param name="Utilization">Share of the last moments in which it computed, 0 to 1.</param>
internal sealed record GpuReading(
    long? UsedBytes,
    long? TotalBytes,
    double? TemperatureCelsius,
    double? PowerWatts,
    double? Utilization);
