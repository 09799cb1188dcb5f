namespace RenderFarm.ServiceDefaults.Telemetry;

/// <summary>
/// Names of what spans say. Spans may name jobs and shots, which labels of metrics never do.
/// </summary>
public static class TraceTags
{
    /// <summary>Which job.</summary>
    public const string Job = "renderfarm.job.id";

    /// <summary>Which shot, by its name in the film.</summary>
    public const string Shot = "renderfarm.shot.id";

    /// <summary>Which attempt.</summary>
    public const string Attempt = "renderfarm.attempt.id";

    /// <summary>Which try at the shot, from 1.</summary>
    public const string AttemptNumber = "renderfarm.attempt.number";

    /// <summary>Who renders.</summary>
    public const string Worker = "renderfarm.worker.id";

    /// <summary>Which model, by name.</summary>
    public const string Model = "renderfarm.model";

    /// <summary>How it ended, in one word.</summary>
    public const string Outcome = "renderfarm.outcome";
}
