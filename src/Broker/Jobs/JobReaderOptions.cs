using System.ComponentModel.DataAnnotations;

namespace RenderFarm.Broker.Jobs;

/// <summary>How jobs are read, and how large they may be. Section <c>Jobs</c>.</summary>
public sealed class JobReaderOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Jobs";

    /// <summary>Whose jobs these are; part of every object's name. Default <c>studio</c>.</summary>
    [Required, RegularExpression("[a-z0-9][a-z0-9-]{0,63}")]
    public string TenantId { get; set; } = "studio";

    /// <summary>
    /// Tenants that share the farm by weight, beside its own, which has weight 1 unless listed
    /// here: <c>Jobs__Tenants__acme=2</c>; 0.01 to 1000. They share its objects, too: this decides
    /// who renders first, not who may read what.
    /// </summary>
    public IDictionary<string, double> Tenants { get; init; } = new Dictionary<string, double>();

    /// <summary>
    /// Renders films that name no model. Default <c>flipbook</c>, which is always there.
    /// </summary>
    [Required, RegularExpression("[a-z0-9][a-z0-9.-]{0,63}")]
    public string DefaultModel { get; set; } = "flipbook";

    /// <summary>
    /// Precision and provider class of the farm's workers; enters every render key, since other
    /// numerics give other pixels. Default <c>cpu-fp32</c>, what any machine can do.
    /// </summary>
    [Required, RegularExpression("[a-z0-9][a-z0-9-]{0,63}")]
    public string NumericsProfile { get; set; } = "cpu-fp32";

    /// <summary>
    /// Most UTF-8 bytes of a script, 1 KiB to 8 MiB. Default 1 MiB: a feature film's screenplay is
    /// a fifth of that, and a message must fit the bus.
    /// </summary>
    [Range(1 << 10, 8 << 20)]
    public int MaxScriptBytes { get; set; } = 1 << 20;

    /// <summary>
    /// Most shots of a film, 1 to 10000. Default 1000: about as many as a feature has.
    /// </summary>
    [Range(1, 10_000)]
    public int MaxShots { get; set; } = 1000;

    /// <summary>
    /// Most characters of a prompt, 1 to 20000. Default 2000: no text encoder reads more.
    /// </summary>
    [Range(1, 20_000)]
    public int MaxPromptLength { get; set; } = 2000;

    /// <summary>
    /// Words of a prompt beyond which preflight warns, 1 to 10000. Default 40: small text encoders
    /// read 48 to 77 tokens and drop the rest.
    /// </summary>
    [Range(1, 10_000)]
    public int LongPromptWordCount { get; set; } = 40;

    /// <summary>
    /// Most frames of a film, 1 to 10 million. Default 108000: an hour at 30 frames a second.
    /// </summary>
    [Range(1, 10_000_000)]
    public int MaxFilmFrames { get; set; } = 108_000;

    /// <summary>
    /// Most images that a film refers to, 0 to 10000. Default 200: each is read at submit.
    /// </summary>
    [Range(0, 10_000)]
    public int MaxImages { get; set; } = 200;

    /// <summary>
    /// Most bytes of an image, 1 KiB to 256 MiB. Default 20 MiB: a large photograph.
    /// </summary>
    [Range(1 << 10, 256 << 20)]
    public int MaxImageBytes { get; set; } = 20 << 20;

    /// <summary>
    /// Most pixels of an image, 1 to 400 million. Default 40 million: decoded, 120 MB in memory.
    /// </summary>
    [Range(1, 400_000_000)]
    public int MaxImagePixels { get; set; } = 40_000_000;

    /// <summary>
    /// Most bytes of a soundtrack, 1 KiB to 1 GiB. Default 200 MiB: 20 minutes of stereo WAV.
    /// </summary>
    [Range(1 << 10, 1 << 30)]
    public int MaxSoundBytes { get; set; } = 200 << 20;

    /// <summary>
    /// Most bytes of a video that a shot makes anew, 1 KiB to 2 GiB less one byte. Default 200 MiB:
    /// a minute or more as a camera writes it, where a shot needs seconds.
    /// </summary>
    [Range(1 << 10, int.MaxValue)]
    public int MaxVideoBytes { get; set; } = 200 << 20;

    /// <summary>
    /// Most videos that a film refers to, 0 to 1000. Default 50: each is read at submit.
    /// </summary>
    [Range(0, 1000)]
    public int MaxVideos { get; set; } = 50;

    /// <summary>Most faults of one report, 1 to 10000. Default 200: nobody reads more.</summary>
    [Range(1, 10_000)]
    public int MaxFaults { get; set; } = 200;

    /// <summary>
    /// How long a model's manifest is believed before it is read again, up to an hour. Default
    /// 10 s: an added model is soon known, and a burst of jobs reads it once.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ManifestAge { get; set; } = TimeSpan.FromSeconds(10);
}
