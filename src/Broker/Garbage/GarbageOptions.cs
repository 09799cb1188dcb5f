using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace RenderFarm.Broker.Garbage;

/// <summary>
/// What of the object store is collected, and when. Section <c>Garbage</c>. What is referred to is
/// never collected, however old it is.
/// </summary>
public sealed class GarbageOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Garbage";

    /// <summary>How often garbage is looked for.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan Period { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// What is younger is never garbage: files of attempts that did not win, and unfinished
    /// uploads. Longer than any attempt takes from its first byte to its record.
    /// </summary>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How long the checkpoints of a shot without a clip are kept; those of one with a clip go at
    /// once.
    /// </summary>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00")]
    public TimeSpan CheckpointAge { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// How long an ended job's state is kept in the job store. After that its records answer for
    /// it.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan StateAge { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// How long after its end a job's reel, spec and report are kept. Default: for ever.
    /// </summary>
    [Range(typeof(TimeSpan), "01:00:00", "36500.00:00:00")]
    public TimeSpan? JobAge { get; set; }

    /// <summary>
    /// How old a clip must be to be collected once no job refers to it. Default: never.
    /// </summary>
    [Range(typeof(TimeSpan), "01:00:00", "36500.00:00:00")]
    public TimeSpan? ClipAge { get; set; }

    /// <summary>
    /// How old an image or sound must be to be collected once no job refers to it. Default: never.
    /// </summary>
    [Range(typeof(TimeSpan), "01:00:00", "36500.00:00:00")]
    public TimeSpan? InputAge { get; set; }

    /// <summary>Most objects that one pass deletes; the next one goes on.</summary>
    [Range(1, 100_000)]
    public int MostDeletions { get; set; } = 1000;
}

[OptionsValidator]
internal sealed partial class GarbageOptionsRules : IValidateOptions<GarbageOptions>;
