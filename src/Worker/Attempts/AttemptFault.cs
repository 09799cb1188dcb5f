using RenderFarm.Contracts.Shots;
using RenderFarm.Diffusion;
using RenderFarm.Media;
using RenderFarm.ServiceDefaults.Scratch;
using RenderFarm.Storage;
using RenderFarm.Worker.Committing;
using RenderFarm.Worker.Rendering;

namespace RenderFarm.Worker.Attempts;

/// <summary>Tells whose trouble a failed attempt was.</summary>
internal static class AttemptFault
{
    private const int LongestMessage = 2000;

    public static RenderError ErrorOf(Exception fault) => fault switch
    {
        _ when FullDisk.Caused(fault) => RenderError.DiskFull,
        StalledException => RenderError.Stalled,
        OutOfDeviceMemoryException or OutOfMemoryException => RenderError.OutOfMemory,
        DeviceException { IsProcessLost: true, IsGone: false } => RenderError.DeviceStuck,
        DeviceException => RenderError.DeviceLost,
        ModelException => RenderError.BadModel,
        BadInputException or ArgumentException => RenderError.BadInput,
        BadFramesException => RenderError.BadFrames,
        FfmpegException or InvalidDataException => RenderError.BadClip,
        StoreTroubleException or StoreException => RenderError.StoreTrouble,
        _ => RenderError.Unexpected,
    };

    /// <summary>For the report: short, and with the type where little is known.</summary>
    public static string Describe(Exception fault)
    {
        var text = ErrorOf(fault) == RenderError.Unexpected
            ? $"{fault.GetType().Name}: {fault.Message}"
            : fault.Message;
        return text.Length <= LongestMessage ? text : text[..LongestMessage];
    }

    /// <summary>True when this process cannot render any more.</summary>
    public static bool EndsProcess(Exception fault) =>
        fault is DeviceException { IsProcessLost: true };
}
