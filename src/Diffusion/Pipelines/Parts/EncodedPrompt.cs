namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>What a text encoder made of one prompt.</summary>
/// <param name="Hidden">[L, D].</param>
/// <param name="Mask">[L]: 1 where there is a token, 0 where there is padding.</param>
/// <param name="Pooled">[P]; empty where nobody asked for it.</param>
internal sealed record EncodedPrompt(float[] Hidden, float[] Mask, float[] Pooled)
{
    public int Length => Mask.Length;

    public int Width => Hidden.Length / Mask.Length;

    /// <summary>The same with nothing where there is padding.</summary>
    public EncodedPrompt WithoutPadding()
    {
        var hidden = new float[Hidden.Length];
        for (var i = 0; i < hidden.Length; i++)
        {
            hidden[i] = Hidden[i] * Mask[i / Width];
        }

        return this with { Hidden = hidden };
    }
}
