using Microsoft.Extensions.Logging;

namespace RenderFarm.Storage;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information,
        "Conditional writes of {Place} admitted one winner each")]
    public static partial void ConditionalWritesHold(this ILogger log, string place);

    [LoggerMessage(2, LogLevel.Error,
        "Conditional writes of {Place} admitted two winners or none: accepted results may change")]
    public static partial void ConditionalWritesBroken(this ILogger log, string place);

    [LoggerMessage(3, LogLevel.Information, "Bucket {Bucket} was made at {Endpoint}")]
    public static partial void BucketMade(this ILogger log, string bucket, Uri endpoint);

    [LoggerMessage(4, LogLevel.Warning,
        "Conditional write of {Key} ended without an answer (try {TryNumber}): {Reason}")]
    public static partial void WriteInDoubt(
        this ILogger log, string key, int tryNumber, string reason);

    [LoggerMessage(5, LogLevel.Warning, "The start waits {Pause} for the object store: {Reason}")]
    public static partial void StoreAway(this ILogger log, TimeSpan pause, string reason);
}
