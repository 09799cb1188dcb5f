using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.State;

/// <summary>
/// What follows from every kind of failure: the one table that says so. Being canceled and handing
/// back are no failures and cost nothing.
/// </summary>
internal static class FailurePolicy
{
    private static readonly FailureTerms Hopeless = new()
    {
        Owner = FailureOwner.Shot,
        IsHopeless = true,
        CountsAttempt = true,
    };

    private static readonly FailureTerms Blamed = new()
    {
        Owner = FailureOwner.Worker,
        CountsAttempt = true,
        BlamesWorker = true,
        AvoidsWorker = true,
    };

    /// <summary>The terms of one kind of failure.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not in the table.</exception>
    public static FailureTerms Of(RenderError error) => error switch
    {
        RenderError.BadInput => Hopeless,
        RenderError.BadModel => Hopeless,

        RenderError.OutOfMemory => Blamed,
        RenderError.DeviceLost => Blamed,
        RenderError.DeviceStuck => Blamed,
        RenderError.BadFrames => Blamed,
        RenderError.BadClip => Blamed,
        RenderError.Stalled => Blamed,
        RenderError.Unexpected => Blamed with { Owner = FailureOwner.Unknown },

        // A shot may kill its worker, so that silence costs an attempt and the next worker is
        // another one; but a worker may also fall silent by itself, and is not blamed for that.
        RenderError.LeaseExpired => new()
        {
            Owner = FailureOwner.Unknown,
            CountsAttempt = true,
            AvoidsWorker = true,
        },

        RenderError.StoreTrouble => new() { Owner = FailureOwner.Farm },

        // Another worker has a disk of its own.
        RenderError.DiskFull => new() { Owner = FailureOwner.Farm, AvoidsWorker = true },
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, "is not in the table"),
    };
}
