using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace RenderFarm.Storage;

/// <summary>Names every setting that is wrong, as the environment variable that sets it.</summary>
internal sealed partial class StorageOptionsCheck : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        var faults = new List<string>();
        if (options.S3 is { } s3 && options.Folder is null)
        {
            faults.AddRange(Faults(s3));
        }
        else if (options.S3 is not null)
        {
            faults.Add("Storage__Folder and Storage__S3__Endpoint are both set: set one of them");
        }
        else if (string.IsNullOrWhiteSpace(options.Folder))
        {
            faults.Add("no storage is set: set Storage__S3__Endpoint (and its Bucket, AccessKey and"
                + " SecretKey), or Storage__Folder");
        }

        return faults.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(S3Options s3)
    {
        if (!IsEndpoint(s3.Endpoint))
        {
            yield return "Storage__S3__Endpoint must be a URL like http://host:7480 without a user";
        }

        if (s3.PublicEndpoint.Length > 0 && !IsEndpoint(s3.PublicEndpoint))
        {
            yield return "Storage__S3__PublicEndpoint must be a URL like https://clips.example.org"
                + " without a user, or not set";
        }

        if (!BucketName().IsMatch(s3.Bucket))
        {
            yield return "Storage__S3__Bucket must be 3 to 63 of a-z, 0-9, '-' and '.',"
                + $" but is '{s3.Bucket}'";
        }

        if (s3.AccessKey.Length == 0)
        {
            yield return "Storage__S3__AccessKey is not set";
        }

        if (s3.SecretKey.Length == 0)
        {
            yield return "Storage__S3__SecretKey is not set";
        }

        if (s3.Region.Length == 0)
        {
            yield return "Storage__S3__Region must not be empty";
        }

        if (s3.Timeout < TimeSpan.FromSeconds(1) || s3.Timeout > TimeSpan.FromMinutes(10))
        {
            yield return $"Storage__S3__Timeout must be 1 s to 10 min, but is {s3.Timeout}";
        }

        if (s3.MaxRetries is < 0 or > 10)
        {
            yield return $"Storage__S3__MaxRetries must be 0 to 10, but is {s3.MaxRetries}";
        }
    }

    private static bool IsEndpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var endpoint)
        && endpoint.Scheme is "http" or "https"
        && endpoint.UserInfo.Length == 0;

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    private static partial Regex BucketName();
}
