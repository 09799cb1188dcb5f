using RenderFarm.Diffusion.Pipelines.Film;

namespace RenderFarm.Diffusion.Pipelines.Takes;

/// <summary>A take that came to frames.</summary>
/// <param name="Clip">Its frames as the model rendered them.</param>
/// <param name="Latents">What they were decoded from, [C, F, h, w].</param>
internal sealed record MadeTake(DecodedClip Clip, float[] Latents);
