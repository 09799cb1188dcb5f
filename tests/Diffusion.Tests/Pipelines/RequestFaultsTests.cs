using RenderFarm.Diffusion.Pipelines;
using RenderFarm.Diffusion.Tests.Companions;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines;

public sealed class RequestFaultsTests
{
    private static readonly ModelManifest Bare = OpenBare();

    // What the companions add, on the model as it is.
    private static readonly ModelManifest Full = Bare with
    {
        Upscale = 4,
        Interpolation = 2,
        Scorer = true,
        Tasks = ["text-to-video", "extend", "loop"],
    };

    private static readonly VideoRequest Film = VideoRequests.Small with
    {
        Width = 640, Height = 384, FrameCount = 65, Upscale = 4, Interpolation = 2, TakeCount = 16,
    };

    private static readonly ClipTail Tail = new(VideoRequests.Image(5 * 160, 96, 7), 0);

    [Fact]
    public void Of_EverythingThatTheModelCanDo_IsNothing()
    {
        Assert.Empty(RequestFaults.Of(VideoRequests.Small, Bare));
        Assert.Empty(RequestFaults.Of(VideoRequests.Small, Full));
        Assert.Empty(RequestFaults.Of(Film, Full));
        Assert.Empty(RequestFaults.Of(Film with { Tail = Tail, FrameCount = 56 }, Full));
        Assert.Empty(RequestFaults.Of(Film with { Loop = true }, Full));
        Assert.Empty(RequestFaults.Of(
            Film with { Loop = true, StartImage = VideoRequests.Image(160, 96, 7) }, Full));
    }

    [Fact]
    public void Of_CompanionsThatThePackageLacks_AreAllSaid()
    {
        var request = VideoRequests.Small with
        {
            Upscale = 4, Interpolation = 2, TakeCount = 2, Loop = true, Tail = Tail,
        };

        var faults = RequestFaults.Of(request, Bare).ToList();

        Assert.Equal(
            [
                "Upscale: expected 1, found 4",
                "Interpolation: expected 1, found 2",
                "TakeCount: expected 1, since the model has no scorer, found 2",
                "Tail: expected 80x16 of 3 bytes, found 800x96 in 230400 bytes",
                "Tail: expected none, since the model extends no clips",
                "Tail: expected none in a loop",
                "Loop: expected false, since the model makes no loops",
            ],
            faults);
    }

    [Fact]
    public void Of_NonsenseNumbers_AreAllSaid()
    {
        var request = Film with
        {
            Upscale = -4,
            Interpolation = 0,
            TakeCount = 17,
            FrameCount = int.MaxValue,
            Tail = Tail with { FramesPast = -1 },
        };

        var faults = RequestFaults.Of(request, Full).ToList();

        Assert.Equal(
            [
                "Upscale: expected 1 or 4, found -4",
                "Interpolation: expected 1 or 2, found 0",
                "Width: expected a multiple of 16 from 64 to 256, found 640",
                "Height: expected a multiple of 16 from 64 to 256, found 384",
                "TakeCount: expected 1 to 16, found 17",
                "Tail: expected 3200x384 of 3 bytes, found 800x96 in 230400 bytes",
                "Tail.FramesPast: expected 0 to 0, found -1",
                "FrameCount: expected 1 to 33, found 2147483647",
            ],
            faults);
    }

    [Theory]
    [InlineData(648, 384, "Width: expected a multiple of 64 from 256 to 1024, found 648")]
    [InlineData(640, 1088, "Height: expected a multiple of 64 from 256 to 1024, found 1088")]
    public void Of_EnlargedSize_IsMeasuredInTheFilmsPixels(int width, int height, string fault) =>
        Assert.Equal(
            [fault], RequestFaults.Of(Film with { Width = width, Height = height }, Full));

    [Theory]
    [InlineData(0, 56)]
    [InlineData(1, 55)]
    public void Of_ContinuedClipWithoutRoomForItsOverlap_IsAFault(int framesPast, int most)
    {
        var request = Film with
        {
            Tail = Tail with { FramesPast = framesPast }, FrameCount = most + 1,
        };

        Assert.Equal(
            [$"FrameCount: expected 1 to {most}, found {most + 1}"],
            RequestFaults.Of(request, Full));
    }

    [Fact]
    public void Of_TailBesideAStartImage_IsAFault() => Assert.Equal(
        ["Tail: expected none beside StartImage"],
        RequestFaults.Of(
            Film with { FrameCount = 9, Tail = Tail, StartImage = VideoRequests.Image(160, 96, 7) },
            Full));

    [Fact]
    public void Of_LoopThatIsShortAndHasAnEnd_IsTwoFaults() => Assert.Equal(
        [
            "EndImage: expected none in a loop, which ends where it starts",
            "FrameCount: expected at least 5 in a loop, found 4",
        ],
        RequestFaults.Of(
            Film with { Loop = true, FrameCount = 4, EndImage = VideoRequests.Image(160, 96, 7) },
            Full));

    [Fact]
    public void Of_ImagesOfTheFilmsSize_AreNotOfTheModels() => Assert.Equal(
        ["StartImage: expected 160x96 of 3 bytes, found 640x384 in 737280 bytes"],
        RequestFaults.Of(Film with { StartImage = VideoRequests.Image(640, 384, 7) }, Full));

    private static ModelManifest OpenBare()
    {
        using var folder = CompanionPackage.Bare();
        return ModelPackage.Open(folder.Path).Manifest;
    }
}
