using RenderFarm.Diffusion;

namespace RenderFarm.Worker.Rendering;

/// <summary>What the pipeline says of a clip beside its frames.</summary>
/// <param name="TakeIndex">The take that was kept, from 0.</param>
/// <param name="Takes">What was found of every take.</param>
/// <param name="ReusedStepCount">Steps that were made of an earlier one's prediction.</param>
/// <param name="Tail">What another clip can go on from.</param>
internal sealed record GenerationOutcome(
    int TakeIndex, IReadOnlyList<TakeVerdict> Takes, int ReusedStepCount, ClipTail? Tail)
{
    public double? Score => Takes[TakeIndex].Score;
}
