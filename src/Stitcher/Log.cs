namespace RenderFarm.Stitcher;

/// <summary>Everything that a stitcher logs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information,
        "Ignored an order of job {JobId} revision {Revision}: in hand already, or too many wait")]
    public static partial void OrderIgnored(this ILogger log, string jobId, int revision);

    [LoggerMessage(2, LogLevel.Information,
        "Stitched job {JobId} revision {Revision} into {ObjectKey} in {Duration}")]
    public static partial void ReelStitched(
        this ILogger log, string jobId, int revision, string objectKey, TimeSpan duration);

    [LoggerMessage(3, LogLevel.Warning,
        "Could not stitch job {JobId} revision {Revision}; permanent is {Permanent}")]
    public static partial void ReelFailed(
        this ILogger log, Exception fault, string jobId, int revision, bool permanent);
}
