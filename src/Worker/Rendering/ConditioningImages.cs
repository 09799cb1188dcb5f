using System.Security.Cryptography;
using System.Text.Json;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Shots;
using RenderFarm.Diffusion;
using RenderFarm.Media;
using RenderFarm.Storage;
using RenderFarm.Worker.Committing;

namespace RenderFarm.Worker.Rendering;

/// <summary>Fetches the images that a shot starts from or arrives at.</summary>
internal sealed class ConditioningImages(PatientStore store, TimeProvider time)
{
    private readonly ImageReader reader = new(time);

    /// <summary>Reads an image at the shot's size; null where the frame is left free.</summary>
    /// <exception cref="BadInputException">It is missing, changed, or no picture.</exception>
    public async Task<RgbImage?> FetchAsync(
        string tenantId,
        Conditioning? conditioning,
        FrameSize size,
        string folder,
        CancellationToken cancellationToken)
    {
        if (conditioning is null)
        {
            return null;
        }

        var path = Path.Combine(folder, Path.GetRandomFileName());
        if (conditioning.ImageSha256 is { } sha256)
        {
            await GetAsync(ObjectKeys.Input(tenantId, sha256), path, cancellationToken);
            await CheckAsync(path, sha256, cancellationToken);
        }
        else
        {
            var lastFrame = await LastFrameKeyAsync(tenantId, conditioning, cancellationToken);
            await GetAsync(lastFrame, path, cancellationToken);
        }

        var pixels = await ReadAsync(path, size, cancellationToken);
        return new RgbImage(size.Width, size.Height, pixels);
    }

    private async Task<string> LastFrameKeyAsync(
        string tenantId, Conditioning conditioning, CancellationToken cancellationToken)
    {
        var upstream = conditioning.LastFrameOf
            ?? throw new BadInputException("expected an image or a shot to continue, found none");
        var key = ObjectKeys.AcceptedClip(tenantId, upstream);
        var record = await store.TryGetAsync(key, ClipCommitter.LongestRecord, cancellationToken)
            ?? throw new BadInputException($"expected the clip to continue at '{key}', found none");
        return JsonSerializer.Deserialize<Clip>(record, FarmJson.Options)!.LastFrameKey;
    }

    private async Task GetAsync(string key, string path, CancellationToken cancellationToken)
    {
        try
        {
            await store.GetFileAsync(key, path, cancellationToken);
        }
        catch (ObjectNotFoundException fault)
        {
            throw new BadInputException($"expected an image at '{key}', found none", fault);
        }
    }

    private async Task<byte[]> ReadAsync(
        string path, FrameSize size, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadRgbAsync(path, size, cancellationToken);
        }
        catch (InvalidDataException fault)
        {
            throw new BadInputException(fault.Message, fault);
        }
    }

    private static async Task CheckAsync(
        string path, string expected, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        var digest = await SHA256.HashDataAsync(file, cancellationToken);
        var found = Convert.ToHexStringLower(digest);
        if (found != expected)
        {
            throw new BadInputException(
                $"expected an image with SHA-256 {expected}, found {found}");
        }
    }
}
