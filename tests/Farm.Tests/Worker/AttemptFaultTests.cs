using RenderFarm.Contracts.Shots;
using RenderFarm.Diffusion;
using RenderFarm.Storage;
using RenderFarm.Worker.Attempts;
using RenderFarm.Worker.Committing;
using RenderFarm.Worker.Rendering;
using Xunit;

namespace RenderFarm.Farm.Tests.Worker;

public sealed class AttemptFaultTests
{
    private static readonly IOException Cause = new("cause");

    public static TheoryData<Exception, RenderError> Faults => new()
    {
        { new OutOfDeviceMemoryException("", Cause), RenderError.OutOfMemory },
        { new DeviceException("no kernel"), RenderError.DeviceLost },
        {
            new DeviceException("CUDA 100", isProcessLost: true, isGone: true),
            RenderError.DeviceLost
        },
        { new DeviceException("CUDA 700", isProcessLost: true), RenderError.DeviceStuck },
        { new ModelException("broken"), RenderError.BadModel },
        { new BadInputException("no picture"), RenderError.BadInput },
        { new ArgumentException("too many frames"), RenderError.BadInput },
        { new BadFramesException("NaN"), RenderError.BadFrames },
        { new InvalidDataException("does not decode"), RenderError.BadClip },
        { new StoreTroubleException("away", Cause), RenderError.StoreTrouble },
        { new StoreException("denied", canRetry: false), RenderError.StoreTrouble },
        { new StalledException("no step"), RenderError.Stalled },
        { new TimeoutException("?"), RenderError.Unexpected },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void ErrorOf_KnownFault_SaysWhoseItIs(Exception fault, RenderError expected) =>
        Assert.Equal(expected, AttemptFault.ErrorOf(fault));

    [Fact]
    public async Task ErrorOf_FullDisk_IsDiskFull()
    {
        // This device is a disk that is always full.
        var fault = await Assert.ThrowsAnyAsync<IOException>(() =>
            File.WriteAllBytesAsync("/dev/full", new byte[65536]));

        Assert.Equal(RenderError.DiskFull, AttemptFault.ErrorOf(fault));
        Assert.Equal(
            RenderError.DiskFull,
            AttemptFault.ErrorOf(new StoreException("a put failed", canRetry: true, fault)));
    }

    [Fact]
    public void Describe_LongMessage_IsCut() =>
        Assert.Equal(2000, AttemptFault.Describe(new ModelException(new string('x', 9999))).Length);

    [Fact]
    public void EndsProcess_OnlyForADeviceThatIsLostToIt()
    {
        Assert.True(AttemptFault.EndsProcess(new DeviceException("CUDA 700", isProcessLost: true)));
        Assert.False(AttemptFault.EndsProcess(new DeviceException("no kernel")));
    }
}
