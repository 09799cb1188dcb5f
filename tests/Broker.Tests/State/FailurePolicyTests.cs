using RenderFarm.Broker.State;
using RenderFarm.Contracts.Shots;
using Xunit;

namespace RenderFarm.Broker.Tests.State;

public sealed class FailurePolicyTests
{
    /// <summary>
    /// Every kind of failure: whose trouble, and whether it is hopeless (H), counts as an attempt
    /// (C), blames the worker (B), and sends the next try elsewhere (A).
    /// </summary>
    public static TheoryData<RenderError, string, string> Table => new()
    {
        { RenderError.Unexpected, "Unknown", "CBA" },
        { RenderError.OutOfMemory, "Worker", "CBA" },
        { RenderError.DeviceLost, "Worker", "CBA" },
        { RenderError.DeviceStuck, "Worker", "CBA" },
        { RenderError.BadModel, "Shot", "HC" },
        { RenderError.BadInput, "Shot", "HC" },
        { RenderError.BadFrames, "Worker", "CBA" },
        { RenderError.BadClip, "Worker", "CBA" },
        { RenderError.StoreTrouble, "Farm", "" },
        { RenderError.DiskFull, "Farm", "A" },
        { RenderError.Stalled, "Worker", "CBA" },
        { RenderError.LeaseExpired, "Unknown", "CA" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Of_KnownFailure_IsAsTheTableSays(RenderError error, string owner, string terms)
    {
        var found = FailurePolicy.Of(error);

        Assert.Equal(owner, found.Owner.ToString());
        Assert.Equal(
            terms,
            (found.IsHopeless ? "H" : "") + (found.CountsAttempt ? "C" : "")
                + (found.BlamesWorker ? "B" : "") + (found.AvoidsWorker ? "A" : ""));
    }

    [Fact]
    public void Of_EveryMember_IsInTheTable() =>
        Assert.Equal(
            Enum.GetValues<RenderError>().Order(),
            Table.Select(row => row.Data.Item1).Order());

    [Theory]
    [MemberData(nameof(Table))]
    public void Of_AnyFailure_HasABound(RenderError error, string owner, string terms)
    {
        var limits = Films.Limits with { TroubleLimit = 7 };
        var shot = Films.Shot(ShotStatus.Leased);
        var count = 0;
        while (shot.Status == ShotStatus.Leased && count++ < 100)
        {
            var ruling = ShotRules.Apply(
                new ShotView(Films.Job(), shot, []),
                new ShotEvent.AttemptFailed("attempt-1", error, $"{owner} {terms}"),
                limits,
                Films.Noon);
            shot = ruling.Shots[0].Status == ShotStatus.Failed
                ? ruling.Shots[0]
                : ruling.Shots[0] with
                {
                    Status = ShotStatus.Leased,
                    Attempt = Films.Attempt("attempt-1", "worker-1"),
                };
        }

        Assert.Equal(ShotStatus.Failed, shot.Status);
        Assert.Equal(
            FailurePolicy.Of(error) switch
            {
                { IsHopeless: true } => 1,
                { CountsAttempt: true } => limits.AttemptLimit,
                _ => limits.TroubleLimit,
            },
            count);
    }
}
