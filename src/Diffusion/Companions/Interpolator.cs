using RenderFarm.Diffusion.Onnx;

namespace RenderFarm.Diffusion.Companions;

/// <summary>The frame halfway between two.</summary>
internal sealed class Interpolator(OnnxSession session)
{
    private const int ChannelCount = 6;

    public static GraphSignature Signature { get; } = new(
        "interpolator/model.onnx",
        [new("frames", IsWhole: false, -1, ChannelCount, -1, -1)],
        [new("sample", IsWhole: false, -1, 3, -1, -1)]);

    /// <summary>From pairs, first the one and then the other, to the frames between.</summary>
    public PictureRun Start(int width, int height) =>
        new(session, ChannelCount, width, height, scale: 1);
}
