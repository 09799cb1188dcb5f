using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace RenderFarm.Broker.Planning;

/// <summary>The seed of a shot that names none.</summary>
internal static class ShotSeed
{
    /// <summary>
    /// A seed from the film's seed and the shot's own words. The shot's index and name stay out
    /// of it, so that a shot that moves within its film keeps its pixels.
    /// </summary>
    /// <param name="filmSeed">The film's seed, or 0.</param>
    /// <param name="prompt">
    /// The words, without camera moves: these vary a picture, not its seed.
    /// </param>
    /// <returns>0 to 2^32-1, as many as the generator of noise tells apart.</returns>
    public static long Derive(long filmSeed, string prompt)
    {
        var bytes = Encoding.UTF8.GetBytes($"renderfarm shot seed 1\n{filmSeed}\n{prompt}");
        return BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(bytes));
    }
}
