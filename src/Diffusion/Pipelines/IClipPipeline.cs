using RenderFarm.Diffusion.Pipelines.Takes;

namespace RenderFarm.Diffusion.Pipelines;

/// <summary>A family's networks, loaded, which make one clip at a time.</summary>
internal interface IClipPipeline : IDisposable
{
    /// <summary>Wall time inside ONNX Runtime so far.</summary>
    TimeSpan OnnxTime { get; }

    /// <summary>
    /// What is done in smaller pieces since the device's memory did not suffice, for people.
    /// </summary>
    IReadOnlyList<string> MemoryRungs => [];

    /// <summary>1. Check inputs.</summary>
    /// <exception cref="ArgumentException">Everything that this model cannot do.</exception>
    void Check(VideoRequest request);

    /// <summary>How often a pass of a checked request calls the denoiser.</summary>
    int CallCountOf(VideoRequest request);

    /// <summary>Checks that a checkpoint is one of a checked request.</summary>
    /// <exception cref="CheckpointException">It is not, and why.</exception>
    void Check(Checkpoint checkpoint, VideoRequest request);

    /// <summary>The most bytes that a checkpoint of a checked request can have.</summary>
    long MostCheckpointBytes(VideoRequest request);

    /// <summary>Makes the takes of a checked request, and keeps the best.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="track">Where it stands.</param>
    /// <param name="token">Ends it within one run of a network.</param>
    /// <exception cref="ModelException">No take came to finite latents.</exception>
    KeptTake Generate(VideoRequest request, ClipTrack track, CancellationToken token);

    /// <summary>What another clip can go on from; null where this model extends none.</summary>
    ClipTail? TailOf(KeptTake take);

    /// <summary>The frames of the film, a few at a time.</summary>
    IEnumerable<ReadOnlyMemory<byte>> Frames(
        KeptTake take, VideoRequest request, CancellationToken token);
}
