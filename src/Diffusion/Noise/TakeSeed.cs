namespace RenderFarm.Diffusion.Noise;

/// <summary>
/// The seed of each take of a shot. Take 0 has the shot's own; take k has the low 32 bits of the
/// shot's plus k times 2^32 over the golden ratio, put through MurmurHash3's finalizer, so that
/// neither the takes of one shot nor those of shots with neighbouring seeds are alike.
/// https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
/// </summary>
internal static class TakeSeed
{
    public static long Derive(long seed, int takeIndex)
    {
        if (takeIndex == 0)
        {
            return seed;
        }

        unchecked
        {
            var mixed = (uint)seed + ((uint)takeIndex * 0x9e3779b9u);
            mixed = (mixed ^ (mixed >> 16)) * 0x85ebca6bu;
            mixed = (mixed ^ (mixed >> 13)) * 0xc2b2ae35u;
            return mixed ^ (mixed >> 16);
        }
    }
}
