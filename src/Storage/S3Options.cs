namespace RenderFarm.Storage;

/// <summary>A bucket of an S3 server: section <c>Storage:S3</c>.</summary>
public sealed class S3Options
{
    /// <summary>Where the server is, as in <c>http://127.0.0.1:7480</c>. No default.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>
    /// Where clients reach the same server, where that is not <see cref="Endpoint"/>: addresses
    /// that they are given begin with it. Default: none.
    /// </summary>
    public string PublicEndpoint { get; set; } = "";

    /// <summary>The bucket; it is made when it is not there. Default <c>renderfarm</c>.</summary>
    public string Bucket { get; set; } = "renderfarm";

    /// <summary>Who we are. No default.</summary>
    public string AccessKey { get; set; } = "";

    /// <summary>What proves it. No default, and never logged.</summary>
    public string SecretKey { get; set; } = "";

    /// <summary>
    /// The region that requests are signed for. Default <c>us-east-1</c>, which most take.
    /// </summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>
    /// Whether a store is used whose conditional write admits two winners, which start-up finds
    /// out. Default no: such a store may accept two jobs under one name, and may let a film's
    /// record name a file that another one's writer believes to have lost. Nothing is collected as
    /// garbage in it.
    /// </summary>
    public bool AllowWeakWrites { get; set; }

    /// <summary>
    /// How long one request may take. Default 1 min, 1 s to 10 min: a part of 16 MiB must fit in
    /// it.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a failed request is sent again. Default 4, 0 to 10.</summary>
    public int MaxRetries { get; set; } = 4;
}
