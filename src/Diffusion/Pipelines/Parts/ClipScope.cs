using RenderFarm.Diffusion.Onnx;

namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>Owns the tensors of one clip's denoiser, and gives them back with the clip.</summary>
internal sealed class ClipScope : IDisposable
{
    private readonly List<DenoiserCall> calls = [];

    /// <summary>A network at the shape of this clip.</summary>
    public DenoiserCall Call(
        OnnxSession session,
        LatentLayout layout,
        params IReadOnlyList<IReadOnlyList<ConstantInput>> items)
    {
        calls.Add(new DenoiserCall(session, layout, items));
        return calls[^1];
    }

    public void Dispose() => calls.ForEach(call => call.Dispose());
}
