using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using RenderFarm.Contracts.Shots;
using RenderFarm.Diffusion;
using RenderFarm.Worker.Attempts;
using RenderFarm.Worker.Rendering;

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

    private static readonly Counter<long> StepsReused = Meter.CreateCounter<long>(
        "renderfarm.worker.steps.reused", "{step}", "Steps made of an earlier one's prediction.");

    private static readonly Histogram<double> Stages = Meter.CreateHistogram<double>(
        "renderfarm.worker.stage.duration", "s", "Time that an attempt spent in a stage.");

    private static readonly Histogram<double> ModelLoads = Meter.CreateHistogram<double>(
        "renderfarm.worker.model_load.duration", "s", "Time to load a model and warm it up.");

    private static readonly Counter<double> DeviceTime = Meter.CreateCounter<double>(
        "renderfarm.gpu.time",
        "s",
        "Time on GPUs by model and by what came of it; a Broker counts what was lost.");

    private static readonly ConcurrentDictionary<LoadedModels, bool> Watched = [];

    /// <summary>Asked by its meter; nobody adds to it.</summary>
    public static ObservableCounter<double> ComputeTime { get; } =
        Meter.CreateObservableCounter(
            "renderfarm.worker.compute.time",
            () => Watched.Keys.Sum(models => models.OnnxTime.TotalSeconds),
            "s",
            "Time in which the device computed: its share of wall time is how busy it is.");

    /// <summary>Says what has not happened yet, as a nought.</summary>
    public static void Begin()
    {
        Shots.Add(0);
        Frames.Add(0);
        StepsSaved.Add(0);
        StepsReused.Add(0);
        foreach (var error in Enum.GetValues<RenderError>())
        {
            Failures.Add(0, Error(error));
        }

        foreach (var fate in (string[])["kept", "dropped"])
        {
            Takes.Add(0, Fate(fate));
        }

        foreach (var fate in (string[])["written", "notWritten", "refused", "resumed"])
        {
            Checkpoints.Add(0, Fate(fate));
        }

        foreach (var fault in Enum.GetValues<TakeFault>())
        {
            TakeFaults.Add(0, new KeyValuePair<string, object?>("fault", fault.ToString()));
        }
    }

    /// <summary>A model is loaded, and can make frames.</summary>
    public static void ModelLoaded(string model, TimeSpan duration)
    {
        ModelLoads.Record(duration.TotalSeconds, Model(model));
        foreach (var outcome in AttemptOutcome.All)
        {
            DeviceTime.Add(0, Model(model), Outcome(outcome));
        }
    }

    /// <summary>Counts from now on how long these models compute, or no longer.</summary>
    public static void Watch(LoadedModels models, bool isWatched)
    {
        if (isWatched)
        {
            Watched[models] = true;
        }
        else
        {
            Watched.TryRemove(models, out _);
        }
    }

    /// <summary>An attempt is over with the device.</summary>
    public static void DeviceUsed(string model, string outcome, TimeSpan duration) =>
        DeviceTime.Add(duration.TotalSeconds, Model(model), Outcome(outcome));

    public static void StageEnded(string stage, TimeSpan duration) =>
        Stages.Record(
            duration.TotalSeconds, new KeyValuePair<string, object?>("stage", stage));

    public static void Committed(Clip clip)
    {
        Shots.Add(1);
        Frames.Add(clip.FrameCount);
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

    public static void StepReused() => StepsReused.Add(1);

    public static void Failed(RenderError error) =>
        Failures.Add(1, Error(error));

    private static KeyValuePair<string, object?> Fate(string name) => new("fate", name);

    private static KeyValuePair<string, object?> Error(RenderError error) =>
        new("error", error.ToString());

    private static KeyValuePair<string, object?> Model(string name) => new("model", name);

    private static KeyValuePair<string, object?> Outcome(string name) => new("outcome", name);
}
