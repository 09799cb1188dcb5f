using System.Diagnostics;
using RenderFarm.ServiceDefaults.Telemetry;

namespace RenderFarm.Worker.Attempts;

/// <summary>
/// One stage of an attempt from its beginning until it is disposed: a span of the job's trace, and
/// an entry in the metrics.
/// </summary>
internal sealed class StageWatch : IDisposable
{
    private readonly string stage;
    private readonly TimeProvider time;
    private readonly Activity? span;
    private long begun;
    private bool isOver;

    private StageWatch(string stage, Activity? span, TimeProvider time)
    {
        (this.stage, this.span, this.time) = (stage, span, time);
        begun = time.GetTimestamp();
    }

    /// <summary>Begins a stage of the attempt in hand.</summary>
    public static StageWatch Begin(string stage, TimeProvider time) =>
        new(stage, FarmTrace.Start(stage), time);

    /// <summary>Begins a stage below a job's trace.</summary>
    public static StageWatch Begin(string stage, string? traceParent, TimeProvider time) =>
        new(stage, FarmTrace.Start(stage, traceParent), time);

    /// <summary>It waited until now for something to do.</summary>
    public void Restart()
    {
        begun = time.GetTimestamp();
        span?.SetStartTime(time.GetUtcNow().UtcDateTime);
    }

    public void Dispose()
    {
        if (!isOver)
        {
            isOver = true;
            WorkerMetrics.StageEnded(stage, time.GetElapsedTime(begun));
            span?.Dispose();
        }
    }
}
