namespace RenderFarm.ServiceDefaults.Scratch;

/// <summary>Tells a full disk from other trouble with files.</summary>
public static class FullDisk
{
    // On Unix an IOException carries errno; ENOSPC and EDQUOT. On Windows, the two disk-full codes.
    private static readonly int[] Codes =
        [28, 122, unchecked((int)0x80070027), unchecked((int)0x80070070)];

    /// <summary>Whether a failure, or what caused it, was a disk without room.</summary>
    public static bool Caused(Exception? fault) =>
        fault is not null
        && ((fault is IOException && Codes.Contains(fault.HResult))
            || fault.Message.Contains("No space left on device", StringComparison.Ordinal)
            || Caused(fault.InnerException));
}
