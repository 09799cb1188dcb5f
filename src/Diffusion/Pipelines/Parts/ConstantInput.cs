namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>What a denoiser is told at every step alike.</summary>
/// <param name="Name">The signature's name.</param>
/// <param name="Values">One item's values.</param>
/// <param name="Shape">
/// Their shape, without the axis of the batch; whole where it has no such axis.
/// </param>
internal sealed record ConstantInput(string Name, float[] Values, params long[] Shape)
{
    /// <summary>There is one for the whole batch, with no axis for it.</summary>
    public bool IsShared { get; init; }
}
