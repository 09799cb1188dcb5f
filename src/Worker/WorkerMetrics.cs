using System.Diagnostics.Metrics;
using RenderFarm.Contracts.Shots;
using RenderFarm.Diffusion;

namespace RenderFarm.Worker;

/// <summary>What a worker counts, under the meter <c>RenderFarm.Worker</c>.</summary>
internal static class WorkerMetrics
{
    private static readonly Meter Meter = new("RenderFarm.Worker");

    private static readonly Counter<long> Shots = Meter.CreateCounter<long>(
        "renderfarm.worker.shots", "{shot}", "Shots whose clip was committed.");

    private static readonly Counter<long> Failures = Meter.CreateCounter<long>(
        "renderfarm.worker.failures", "{attempt}", "Attempts that failed, by error.");

    private static readonly Counter<long> Frames = Meter.CreateCounter<long>(
        "renderfarm.worker.frames", "{frame}", "Frames of committed clips.");

    private static readonly Counter<long> Takes = Meter.CreateCounter<long>(
        "renderfarm.worker.takes", "{take}", "Takes made, by whether they were kept.");

    private static readonly Counter<long> TakeFaults = Meter.CreateCounter<long>(
        "renderfarm.worker.take.faults", "{take}", "Takes that look wrong, by fault.");

    private static readonly Counter<long> Checkpoints = Meter.CreateCounter<long>(
        "renderfarm.worker.checkpoints", "{checkpoint}", "Checkpoints, by what became of them.");

    private static readonly Counter<long> StepsSaved = Meter.CreateCounter<long>(
        "renderfarm.worker.steps.saved", "{step}", "Steps that a checkpoint spared an attempt.");

    private static readonly Histogram<double> Stages = Meter.CreateHistogram<double>(
        "renderfarm.worker.stage.duration", "s", "Time that a shot spent in a stage.");

    public static void Committed(Clip clip)
    {
        Shots.Add(1);
        Frames.Add(clip.FrameCount);
        Stages.Record(clip.Rendering.TotalSeconds, Stage("rendering"));
        Stages.Record(clip.Encoding.TotalSeconds, Stage("encoding"));
        Stages.Record(clip.Uploading.TotalSeconds, Stage("uploading"));
    }

    /// <summary>Of the takes that were made one is kept: the two together are the yield.</summary>
    public static void Kept(IReadOnlyList<TakeVerdict> takes)
    {
        Takes.Add(1, Fate("kept"));
        Takes.Add(takes.Count - 1, Fate("dropped"));
        foreach (var fault in takes.Select(take => take.Fault).OfType<TakeFault>())
        {
            TakeFaults.Add(1, new KeyValuePair<string, object?>("fault", fault.ToString()));
        }
    }

    public static void CheckpointWritten() => Checkpoints.Add(1, Fate("written"));

    public static void CheckpointNotWritten() => Checkpoints.Add(1, Fate("notWritten"));

    public static void CheckpointRefused() => Checkpoints.Add(1, Fate("refused"));

    public static void Resumed(int stepNumber)
    {
        Checkpoints.Add(1, Fate("resumed"));
        StepsSaved.Add(stepNumber);
    }

    public static void Failed(RenderError error) =>
        Failures.Add(1, new KeyValuePair<string, object?>("error", error.ToString()));

    private static KeyValuePair<string, object?> Fate(string name) => new("fate", name);

    private static KeyValuePair<string, object?> Stage(string name) => new("stage", name);
}
