namespace RenderFarm.Diffusion.Onnx.Graphs;

/// <summary>A node that multiplies: MatMul, Gemm or Conv.</summary>
/// <param name="Name">Its own, as in <c>/blocks.0/attn/to_q/MatMul</c>.</param>
/// <param name="Factor">What it multiplies by: a weight, or what another node gives.</param>
/// <param name="IsTransposed">The factor is [in, out]; otherwise [out, in, ...].</param>
internal sealed record GraphProduct(string Name, string Factor, bool IsTransposed);
