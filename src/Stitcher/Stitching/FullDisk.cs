namespace RenderFarm.Stitcher.Stitching;

/// <summary>Tells a full disk from other trouble with files.</summary>
internal static class FullDisk
{
    // On Unix an IOException carries errno; ENOSPC and EDQUOT. On Windows, the two disk-full codes.
    private static readonly int[] Codes =
        [28, 122, unchecked((int)0x80070027), unchecked((int)0x80070070)];

    public static bool Caused(Exception? fault) =>
        fault is not null
        && ((fault is IOException && Codes.Contains(fault.HResult))
            || fault.Message.Contains("No space left on device", StringComparison.Ordinal)
            || Caused(fault.InnerException));
}
