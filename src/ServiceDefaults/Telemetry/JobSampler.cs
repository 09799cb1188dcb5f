using OpenTelemetry.Trace;

namespace RenderFarm.ServiceDefaults.Telemetry;

/// <summary>
/// A trace is a job's, so that it begins where a job does. What the bus does of itself (renewals,
/// announcements) would be a trace of two spans, many times a second, and is left out.
/// </summary>
internal sealed class JobSampler : Sampler
{
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) => new(
        samplingParameters.Name == FarmTrace.Submit
            ? SamplingDecision.RecordAndSample
            : SamplingDecision.Drop);
}
