using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts.Reels;

namespace RenderFarm.Broker.Tests.Dispatch;

/// <summary>Finished films to test with.</summary>
internal static class Reels
{
    public static Reel Of(string jobId, params string[] attemptIds) => new()
    {
        JobId = jobId,
        Revision = 1,
        ObjectKey = $"t/{Films.Tenant}/jobs/{jobId}/r1/stitch.reel.mp4",
        Sha256 = new string('b', 64),
        ByteCount = 5000,
        FrameCount = 17 * attemptIds.Length,
        ContactSheetKey = $"t/{Films.Tenant}/jobs/{jobId}/r1/stitch.contact-sheet.jpg",
        TimelineKey = $"t/{Films.Tenant}/jobs/{jobId}/r1/stitch.timeline.otio",
        AttemptIds = attemptIds,
        StitchTime = TimeSpan.FromSeconds(2),
    };
}
