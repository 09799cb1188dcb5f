using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Cli.Display;

/// <summary>What a job has to expect, as a sentence.</summary>
internal static class OutlookText
{
    /// <summary>Its place, when it will be rendered, and what that takes.</summary>
    public static string Of(JobOutlook outlook) =>
        $"place {outlook.QueuePosition} in the queue; rendered in about {outlook.EtaP50}, " +
        $"nine times of ten within {outlook.EtaP90}; {outlook.EstimatedGpuTime} of GPU time";
}
