using System.Runtime.InteropServices;

namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>
/// Embeddings by what decides them, so that a text encoder reads the same words once: a film's
/// negative prompt is that of all its shots, and a take, or a shot that goes on, has the words of
/// another. Those that were not used for the longest time go first.
/// </summary>
/// <param name="mostCount">How many are kept.</param>
/// <param name="mostBytes">
/// What they take together: sixteen of the longest prompts of the widest encoder by default.
/// </param>
internal sealed class EmbeddingCache(
    int mostCount = EmbeddingCache.MostCount, long mostBytes = EmbeddingCache.MostBytes)
{
    private const int MostCount = 64;
    private const long MostBytes = 128L << 20;

    // From the least to the most recently used; so few are found by looking at each.
    private readonly List<(string Key, float[][] Outputs)> kept = [];

    /// <summary>How many are kept now.</summary>
    public int Count => kept.Count;

    /// <summary>What the encoder makes of ids and their mask.</summary>
    /// <param name="ids">All that it is given, padding included.</param>
    /// <param name="mask">1 where there is a token, 0 where there is padding.</param>
    /// <param name="encode">Runs it; its outputs are kept.</param>
    /// <returns>Its outputs, the caller's to change.</returns>
    public float[][] Encode(float[] ids, float[] mask, Func<float[][]> encode)
    {
        // Characters hold any bits, and compare as they are.
        var key = string.Concat(
            MemoryMarshal.Cast<float, char>(ids), MemoryMarshal.Cast<float, char>(mask));
        var index = kept.FindIndex(
            entry => string.Equals(entry.Key, key, StringComparison.Ordinal));
        var outputs = index < 0 ? encode() : kept[index].Outputs;
        if (index >= 0)
        {
            kept.RemoveAt(index);
        }

        kept.Add((key, outputs));
        while (kept.Count > mostCount || kept.Sum(BytesOf) > mostBytes)
        {
            kept.RemoveAt(0);
        }

        return Array.ConvertAll(outputs, output => (float[])output.Clone());
    }

    private static long BytesOf((string Key, float[][] Outputs) entry) =>
        (sizeof(char) * (long)entry.Key.Length)
        + entry.Outputs.Sum(output => sizeof(float) * (long)output.Length);
}
