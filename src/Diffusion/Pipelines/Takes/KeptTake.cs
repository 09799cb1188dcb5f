using RenderFarm.Diffusion.Pipelines.Film;

namespace RenderFarm.Diffusion.Pipelines.Takes;

/// <summary>The best of a clip's takes.</summary>
/// <param name="Index">Which one it is, from 0.</param>
/// <param name="Verdicts">Of all of them, in their order.</param>
/// <param name="Clip">Its frames as the model rendered them.</param>
/// <param name="Span">What of them the film shows.</param>
internal sealed record KeptTake(
    int Index, IReadOnlyList<TakeVerdict> Verdicts, DecodedClip Clip, FilmSpan Span);
