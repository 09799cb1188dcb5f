using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Film;

namespace RenderFarm.Diffusion.Companions;

/// <summary>A frame, seen with the ones before and after it, several times as large.</summary>
internal sealed class Upscaler(OnnxSession session, int scale)
{
    public static GraphSignature Signature { get; } = new(
        "upscaler/model.onnx",
        [new("frames", IsWhole: false, -1, UpscalerRun.ChannelCount, -1, -1)],
        [new("sample", IsWhole: false, -1, 3, -1, -1)]);

    public UpscalerRun Start(FilmFrames film) => new(film, session, scale);
}
