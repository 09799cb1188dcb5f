using RenderFarm.Diffusion.Checkpoints;

namespace RenderFarm.Diffusion.Pipelines.Takes;

/// <summary>
/// Where a clip under way stands: takes, passes of a take, steps of a pass. Counts all steps as one
/// way, tells of each, and can be left and taken up again between any two of them.
/// </summary>
internal sealed class ClipTrack
{
    private readonly int takeCount;
    private readonly int passCount;
    private readonly int passLength;
    private readonly ClipPoint start;
    private readonly CheckpointOrigin origin;
    private readonly IProgress<StepProgress>? progress;
    private readonly ICheckpointSink? sink;
    private Func<Checkpoint>? take;
    private int passIndex;
    private float[] latents;
    private bool isRestored;

    public ClipTrack(
        VideoRequest request,
        int callCount,
        CheckpointOrigin origin,
        ClipPoint start,
        IProgress<StepProgress>? progress,
        ICheckpointSink? sink)
    {
        (takeCount, passCount, passLength) =
            (request.TakeCount, PassCountOf(request), callCount);
        (this.origin, this.start, this.progress, this.sink) = (origin, start, progress, sink);
        (TakeIndex, passIndex, StepIndex) = (start.TakeIndex, start.PassIndex, start.StepIndex);
        (FirstFault, Seam) = (start.Fault, start.Seam);
        ReusedStepCount = start.ReusedStepCount;

        // The steps go on in place, and whoever gave the checkpoint may start from it again.
        latents = (float[])start.Latents.Clone();
    }

    /// <summary>The take under way, from 0.</summary>
    public int TakeIndex { get; private set; }

    /// <summary>The step that is next in the pass under way, from 0.</summary>
    public int StepIndex { get; private set; }

    /// <summary>The seam of the take under way; none before it is made.</summary>
    public float[] Seam { get; private set; }

    /// <summary>Why the first take without frames has none.</summary>
    public string FirstFault { get; private set; }

    /// <summary>Steps so far, over all takes, that were reused.</summary>
    public int ReusedStepCount { get; private set; }

    /// <summary>The takes that are done.</summary>
    public TakeChoice Choice { get; } = new();

    private StepProgress Done => new(
        (((TakeIndex * passCount) + passIndex) * passLength) + StepIndex,
        takeCount * passCount * passLength);

    /// <summary>How often a take is denoised: a seam that must be made, and the clip.</summary>
    public static int PassCountOf(VideoRequest request) =>
        request.Loop && request.StartImage is null ? 2 : 1;

    /// <summary>Puts back the takes that were done when the clip was left.</summary>
    /// <param name="make">The best of them from its latents.</param>
    public void Restore(Func<float[], MadeTake> make)
    {
        Choice.Restore(
            start.Verdicts, start.BestIndex, start.BestIndex < 0 ? null : make(start.Best));
        isRestored = true;
    }

    /// <summary>
    /// What the pass under way remembers beside its latents, for checkpoints: what its sampler,
    /// its source of noise and the reuse of steps do of a point, and nothing else of it.
    /// </summary>
    public Func<ClipPoint> Memory { get; set; } = static () => new();

    /// <summary>Latents to go on with: what was left, or what a pipeline starts from.</summary>
    /// <param name="latents">What it starts from.</param>
    /// <param name="restore">Told what the pass remembered, where it goes on.</param>
    public float[] Begin(float[] latents, Action<ClipPoint> restore)
    {
        if (StepIndex == 0)
        {
            return this.latents = latents;
        }

        restore(start);
        return this.latents;
    }

    /// <summary>Goes on to the next step.</summary>
    /// <param name="isReused">It was made of an earlier one's prediction.</param>
    public void FinishStep(bool isReused)
    {
        StepIndex++;
        ReusedStepCount += isReused ? 1 : 0;
        progress?.Report(Done with { IsReused = isReused });
        Offer();
    }

    /// <summary>Goes on to the pass that makes the clip between its seams.</summary>
    public void FinishSeam(float[] seam) => (Seam, passIndex, StepIndex) = (seam, 1, 0);

    /// <summary>Goes on to the next take, from wherever this one ended.</summary>
    public void FinishTake(TakeVerdict verdict, MadeTake? take, string fault = "")
    {
        Choice.Add(verdict, take);
        FirstFault = FirstFault.Length == 0 ? fault : FirstFault;
        (Seam, TakeIndex, passIndex, StepIndex) = ([], TakeIndex + 1, 0, 0);
    }

    /// <summary>Offers a checkpoint of the last step that was done.</summary>
    public void Offer() => sink?.Offer(Done, take ??= Take);

    private Checkpoint Take() => new(origin, isRestored ? Point() : start, Done);

    private ClipPoint Point() => (StepIndex == 0 ? new ClipPoint() : Memory()) with
    {
        TakeIndex = TakeIndex,
        PassIndex = passIndex,
        StepIndex = StepIndex,
        Latents = StepIndex == 0 ? [] : (float[])latents.Clone(),
        ReusedStepCount = ReusedStepCount,
        Seam = Seam,
        Verdicts = [.. Choice.Verdicts],
        BestIndex = Choice.BestIndex,
        Best = Choice.BestLatents,
        Fault = FirstFault,
    };
}
