namespace RenderFarm.Diffusion.Pipelines.Flipbook;

/// <summary>A batch of encoded prompts.</summary>
/// <param name="Values">[B, L, D].</param>
/// <param name="Mask">[B, L]: 1 where there is a token, 0 where there is padding.</param>
/// <param name="BatchCount">B: 2 for [unconditional, conditional], 1 without guidance.</param>
/// <param name="Length">L.</param>
/// <param name="Width">D.</param>
internal sealed record TextEmbeddings(
    float[] Values,
    float[] Mask,
    int BatchCount,
    int Length,
    int Width)
{
    /// <summary>Copies the prompt's own, which are the last: [L, D] and [L].</summary>
    public void CopyPrompt(Span<float> values, Span<float> mask)
    {
        Values.AsSpan(^(Length * Width)..).CopyTo(values);
        Mask.AsSpan(^Length..).CopyTo(mask);
    }
}
