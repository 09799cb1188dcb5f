namespace RenderFarm.Diffusion.Text;

/// <summary>A text as the text encoder reads it.</summary>
/// <param name="Ids">As many ids as the encoder takes, padded at the end.</param>
/// <param name="Count">How many of them are not padding.</param>
internal readonly record struct TokenIds(int[] Ids, int Count);
