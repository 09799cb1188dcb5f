using RenderFarm.Media;

namespace RenderFarm.Worker.Rendering;

/// <summary>A clip in the scratch folder, checked, and what it took.</summary>
internal sealed record RenderedClip
{
    /// <summary>The clip and its last frame.</summary>
    public required ClipFile File { get; init; }

    /// <summary>What another clip can go on from (PNG); null where there is none.</summary>
    public required string? TailPath { get; init; }

    /// <summary>Frames of the clip after the last one of the tail.</summary>
    public required int FramesPastTail { get; init; }

    /// <summary>Which take was kept, from 0.</summary>
    public required int TakeIndex { get; init; }

    /// <summary>What it was given; null without a scorer.</summary>
    public required double? Score { get; init; }

    /// <summary>Steps that were made of an earlier one's prediction.</summary>
    public required int ReusedStepCount { get; init; }

    /// <summary>Time in the pipeline.</summary>
    public required TimeSpan Rendering { get; init; }

    /// <summary>From the pipeline's last frame to the checked files.</summary>
    public required TimeSpan Encoding { get; init; }
}
