namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>Tensors of VAEs: [1, C, F, h, w] for clips, [1, C, h, w] for pictures.</summary>
internal static class VaeShape
{
    public static int[] Axes(int channelCount, bool isClip) =>
        isClip ? [-1, channelCount, -1, -1, -1] : [-1, channelCount, -1, -1];

    public static long[] Of(LatentShape shape, int channelCount, bool isClip) =>
        isClip ? shape.Batch(1, channelCount) : [1, channelCount, shape.Height, shape.Width];
}
