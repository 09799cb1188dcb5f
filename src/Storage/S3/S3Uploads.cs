using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace RenderFarm.Storage.S3;

/// <summary>
/// Uploads in parts that were begun and never ended. Their parts cost what objects cost, and are
/// in no listing of objects.
/// </summary>
internal sealed class S3Uploads(AmazonS3Client client, string bucket, S3Calls calls)
{
    /// <summary>All names of a farm start so; a bucket may have other tenants.</summary>
    private const string Prefix = "t/";

    /// <summary>Ends uploads that were begun before a moment; says how many.</summary>
    public async Task<int> RemoveAsync(
        DateTimeOffset before, int most, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var upload in ListAsync(cancellationToken))
        {
            if (count == most)
            {
                break;
            }

            if (Moment(upload.Initiated) < before)
            {
                await RemoveAsync(upload, cancellationToken);
                count++;
            }
        }

        return count;
    }

    private async IAsyncEnumerable<MultipartUpload> ListAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListMultipartUploadsRequest { BucketName = bucket, Prefix = Prefix };
        while (true)
        {
            var page = await calls.RunAsync("list unfinished uploads",
                () => client.ListMultipartUploadsAsync(request, cancellationToken),
                cancellationToken);
            // The SDK gives null for none at all.
            foreach (var upload in page.MultipartUploads ?? [])
            {
                yield return upload;
            }

            if (page.IsTruncated != true)
            {
                yield break;
            }

            request.KeyMarker = page.NextKeyMarker;
            request.UploadIdMarker = page.NextUploadIdMarker;
        }
    }

    private Task<bool> RemoveAsync(
        MultipartUpload upload, CancellationToken cancellationToken) =>
        calls.RunAsync($"end an upload of '{upload.Key}'", async () =>
        {
            try
            {
                await client.AbortMultipartUploadAsync(
                    bucket, upload.Key, upload.UploadId, cancellationToken);
            }
            catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
            {
                // It ended meanwhile, one way or the other.
            }

            return true;
        }, cancellationToken);

    private static DateTimeOffset Moment(DateTime? initiated) =>
        new(initiated?.ToUniversalTime() ?? DateTime.MaxValue.ToUniversalTime());
}
