using RenderFarm.Diffusion.Pipelines.Film;

namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>
/// What a model does in smaller pieces since the device's memory did not suffice for larger ones.
/// It remembers, so that the next clip need not fail first.
/// </summary>
/// <param name="isGuidanceSplit">Guidance takes two calls from the start.</param>
internal sealed class MemoryLadder(bool isGuidanceSplit)
{
    /// <summary>Latents along a side below which squares are no longer halved.</summary>
    private const int LeastTile = 8;

    private readonly List<string> rungs = [];
    private int mostTile = int.MaxValue;

    /// <summary>Guidance takes two calls rather than a batch of two.</summary>
    public bool IsGuidanceSplit { get; private set; } = isGuidanceSplit;

    /// <summary>What is done in smaller pieces, for people; empty as long as all fits.</summary>
    public IReadOnlyList<string> Rungs => rungs;

    /// <summary>Splits guidance; false where it was split already.</summary>
    public bool TrySplitGuidance()
    {
        if (IsGuidanceSplit)
        {
            return false;
        }

        rungs.Add("guidance takes two calls");
        return IsGuidanceSplit = true;
    }

    /// <summary>
    /// Decodes latents, [C, F, h, w], in squares: smaller and smaller ones, until they fit.
    /// </summary>
    /// <param name="tileSize">Latents along a side of the largest squares.</param>
    /// <param name="latents">The latents.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="decode">Decodes one square.</param>
    /// <exception cref="OutOfDeviceMemoryException">The smallest do not fit.</exception>
    public DecodedClip Decode(
        int tileSize,
        float[] latents,
        LatentShape shape,
        Func<float[], LatentShape, DecodedClip> decode)
    {
        while (true)
        {
            var size = Math.Min(tileSize, mostTile);
            try
            {
                return new VaeTiles(size, decode).Decode(latents, shape);
            }
            catch (OutOfDeviceMemoryException) when (
                TryHalve(Math.Min(size, Math.Max(shape.Width, shape.Height))))
            {
            }
        }
    }

    private bool TryHalve(int size)
    {
        if (size / 2 < LeastTile)
        {
            return false;
        }

        mostTile = size / 2;
        rungs.Add($"the VAE decodes in squares of {mostTile} latents");
        return true;
    }
}
