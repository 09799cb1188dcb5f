using Amazon.Runtime;
using Amazon.S3;

namespace RenderFarm.Storage.S3;

/// <summary>How we speak to an S3 server that need not be Amazon's.</summary>
internal static class S3Connection
{
    /// <param name="options">Who we are, and how.</param>
    /// <param name="endpoint">Where the server is.</param>
    public static AmazonS3Client Open(S3Options options, string endpoint) =>
        new(new BasicAWSCredentials(options.AccessKey, options.SecretKey), new AmazonS3Config
        {
            ServiceURL = endpoint,
            AuthenticationRegion = options.Region,
            // Buckets as host names need a wild card in somebody's DNS.
            ForcePathStyle = true,
            // Servers other than Amazon's do not know the trailers that the SDK sends otherwise.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            Timeout = options.Timeout,
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = options.MaxRetries,
        });
}
