using Amazon.S3;
using Amazon.S3.Model;

namespace RenderFarm.Storage.S3;

/// <summary>Addresses of objects that anyone may read for a while, for clients.</summary>
internal sealed class S3Links : IDisposable
{
    private static readonly TimeSpan LongestPresign = TimeSpan.FromDays(7);

    private readonly S3Options options;
    private readonly TimeProvider time;
    private readonly string endpoint;
    private readonly AmazonS3Client signer;

    public S3Links(S3Options options, TimeProvider time)
    {
        (this.options, this.time) = (options, time);
        endpoint = options.PublicEndpoint.Length > 0 ? options.PublicEndpoint : options.Endpoint;
        signer = S3Connection.Open(options, endpoint);
    }

    /// <summary>Signs here, and asks nobody.</summary>
    public Uri PresignGet(string key, TimeSpan validFor)
    {
        ObjectNames.Check(key);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(validFor, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(validFor, LongestPresign);
        return new(signer.GetPreSignedURL(new GetPreSignedUrlRequest
        {
            BucketName = options.Bucket,
            Key = key,
            Verb = HttpVerb.GET,
            Expires = time.GetUtcNow().UtcDateTime + validFor,
            Protocol = new Uri(endpoint).Scheme == Uri.UriSchemeHttp
                ? Protocol.HTTP
                : Protocol.HTTPS,
        }));
    }

    public void Dispose() => signer.Dispose();
}
