using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace RenderFarm.Stitcher;

/// <summary>What can be set for a stitcher, under <c>Stitcher</c> in the configuration.</summary>
public sealed class StitcherOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Stitcher";

    /// <summary>
    /// Where clips and reels lie while a reel is joined; by default in the temp folder. It needs
    /// room for a film's clips and its reel.
    /// </summary>
    [Required]
    public string ScratchFolder { get; set; } =
        Path.Combine(Path.GetTempPath(), "renderfarm-stitcher");

    /// <summary>Reels joined at once. One, because ffmpeg alone uses every core.</summary>
    [Range(1, 16)]
    public int ReelCount { get; set; } = 1;

    /// <summary>Clips fetched at once; four fill a usual line to the object store.</summary>
    [Range(1, 64)]
    public int FetchCount { get; set; } = 4;

    /// <summary>
    /// How long a result is offered to the bus. After that the Broker asks again, and is answered
    /// from the final record.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ReportPatience { get; set; } = TimeSpan.FromMinutes(5);
}

[OptionsValidator]
internal sealed partial class StitcherOptionsRules : IValidateOptions<StitcherOptions>;
