using System.Text.Json.Serialization;

namespace RenderFarm.Diffusion;

/// <summary>What a model says of itself in manifest.json.</summary>
public sealed record ModelManifest
{
    /// <summary>The model's name: lower-case letters, digits and hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>The model's version, from 1.</summary>
    public required int Version { get; init; }

    /// <summary>The licence of the weights, as an SPDX expression.</summary>
    public required string License { get; init; }

    /// <summary>
    /// What it can do: "text-to-video", "start-frame", "end-frame", "extend", "loop", ...
    /// </summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>It can go on from the last frames of a clip: task "extend".</summary>
    [JsonIgnore]
    public bool ExtendsClips => Tasks.Contains("extend");

    /// <summary>It can make a clip that ends where it starts: task "loop".</summary>
    [JsonIgnore]
    public bool LoopsClips => Tasks.Contains("loop");

    /// <summary>It can make a clip anew from another one: task "video-to-video".</summary>
    [JsonIgnore]
    public bool RemakesClips => Tasks.Contains("video-to-video");

    /// <summary>It can paint within a mask, and leave the rest of a picture: task "mask".</summary>
    [JsonIgnore]
    public bool PaintsInMasks => Tasks.Contains("mask");

    /// <summary>The sizes it was trained for, best first.</summary>
    public required IReadOnlyList<ModelFrameSize> Sizes { get; init; }

    /// <summary>Width and height are multiples of this many pixels.</summary>
    public required int SizeMultiple { get; init; }

    /// <summary>The smallest width, and the smallest height.</summary>
    public required int MinSize { get; init; }

    /// <summary>The largest width.</summary>
    public required int MaxWidth { get; init; }

    /// <summary>The largest height.</summary>
    public required int MaxHeight { get; init; }

    /// <summary>The clip lengths the network can make.</summary>
    public required FrameCountGrid FrameCounts { get; init; }

    /// <summary>The clip length to use when none is asked for.</summary>
    public required int DefaultFrameCount { get; init; }

    /// <summary>The frame rate it was trained at, as a fraction such as "8/1".</summary>
    public required string FrameRate { get; init; }

    /// <summary>How many times its upscaler enlarges each side; 1 without one.</summary>
    public int Upscale { get; init; } = 1;

    /// <summary>How many frames its interpolator makes of each: 2, or 1 without one.</summary>
    public int Interpolation { get; init; } = 1;

    /// <summary>It has a scorer, so that the best of several takes can be kept.</summary>
    public bool Scorer { get; init; }

    /// <summary>It has a graph that moves the noise as the camera is to move.</summary>
    public bool CarriesNoise { get; init; }

    /// <summary>How many denoising steps it can be given.</summary>
    public required StepCountRange Steps { get; init; }

    /// <summary>How strongly it can be guided.</summary>
    public required GuidanceScaleRange Guidance { get; init; }

    /// <summary>
    /// Where a picture is made of StartImage, or a clip of Source, how much of it is made anew
    /// unless a request says so itself: 0 to 1.
    /// </summary>
    public double Strength { get; init; } = 0.8;

    /// <summary>The samplers it can be used with.</summary>
    public required IReadOnlyList<string> Samplers { get; init; }

    /// <summary>The negative prompt to use when none is given.</summary>
    public string NegativePrompt { get; init; } = "";

    /// <summary>Memory needed to render its largest clip, in bytes.</summary>
    public required long MemoryBytes { get; init; }
}
