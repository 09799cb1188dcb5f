using Microsoft.ML.OnnxRuntime;

namespace RenderFarm.Diffusion.Onnx;

/// <summary>A run of a network that the device records once and repeats as a whole.</summary>
/// <param name="Id">What the provider knows it by.</param>
/// <param name="Shapes">Of the tensors that it was recorded with.</param>
internal sealed record DeviceGraph(int Id, string Shapes)
{
    /// <summary>What has the provider record nothing, and repeat nothing.</summary>
    public const int NoId = -1;

    /// <summary>
    /// The addresses that it was recorded with, in the order of its binding; none as long as it is
    /// new. A binding that has it owns them until it gives it back.
    /// </summary>
    public IReadOnlyList<OrtValue> Places { get; init; } = [];
}
