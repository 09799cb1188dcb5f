namespace RenderFarm.Diffusion.Noise;

/// <summary>
/// Philox4x32 with ten rounds: four random words from a position and a key, with no state.
/// https://www.thesalmons.org/john/random123/papers/random123sc11.pdf
/// </summary>
internal static class Philox
{
    private const int Rounds = 10;

    public static (uint A, uint B, uint C, uint D) At(
        uint x, uint y, uint z, uint w, ulong key)
    {
        var (low, high) = ((uint)key, (uint)(key >> 32));
        unchecked
        {
            for (var round = 0; round < Rounds; round++)
            {
                var first = 0xD2511F53ul * x;
                var second = 0xCD9E8D57ul * z;
                (x, y, z, w) = (
                    (uint)(second >> 32) ^ y ^ low,
                    (uint)second,
                    (uint)(first >> 32) ^ w ^ high,
                    (uint)first);
                low += 0x9E3779B9u;
                high += 0xBB67AE85u;
            }
        }

        return (x, y, z, w);
    }

    /// <summary>Two normal values from two words, as cuRAND has them: sine first.</summary>
    public static (float Sine, float Cosine) Normal(uint radius, uint angle)
    {
        const double unit = 1.0 / (1ul << 32);
        var length = Math.Sqrt(-2 * Math.Log((radius * unit) + (unit / 2)));
        var (sine, cosine) = Math.SinCos(2 * Math.PI * ((angle * unit) + (unit / 2)));
        return ((float)(length * sine), (float)(length * cosine));
    }
}
