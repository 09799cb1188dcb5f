namespace RenderFarm.Worker.Attempts;

/// <summary>What an attempt's time on the device was for.</summary>
internal static class AttemptOutcome
{
    /// <summary>Its clip is the accepted one.</summary>
    public const string Accepted = "accepted";

    /// <summary>Another attempt's clip was accepted first.</summary>
    public const string Superseded = "superseded";

    /// <summary>It failed.</summary>
    public const string Failed = "failed";

    /// <summary>Its job's owner stopped it.</summary>
    public const string Canceled = "canceled";

    /// <summary>It was given back, and another one goes on from its checkpoint.</summary>
    public const string HandedBack = "handed_back";

    /// <summary>It was given back with nothing to go on from.</summary>
    public const string Dropped = "dropped";

    /// <summary>Every one of them.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Accepted, Superseded, Failed, Canceled, HandedBack, Dropped];
}
