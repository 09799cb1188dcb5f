namespace RenderFarm.Diffusion.Text;

/// <summary>An entry of a unigram vocabulary.</summary>
/// <param name="Text">With '▁' for a space.</param>
/// <param name="Score">The logarithm of how likely it is.</param>
/// <param name="IsOrdinary">Its score counts towards the least and the most likely.</param>
/// <param name="IsMatched">Text may be split into it.</param>
/// <param name="IsUserDefined">It is always preferred.</param>
internal readonly record struct UnigramToken(
    string Text,
    double Score,
    bool IsOrdinary = true,
    bool IsMatched = true,
    bool IsUserDefined = false);
