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

    /// <summary>
    /// Reads an image at the size that the model renders; null where the frame is left free.
    /// </summary>
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
            var clip = await UpstreamAsync(tenantId, conditioning, cancellationToken);
            await GetAsync(clip.LastFrameKey, path, cancellationToken);
        }

        var pixels = await ReadAsync(path, size, cancellationToken);
        return new RgbImage(size.Width, size.Height, pixels);
    }

    /// <summary>
    /// Reads the tail of the clip that a shot continues; null where that clip has none, or one of
    /// another frame size, which another model made.
    /// </summary>
    /// <exception cref="BadInputException">The clip or its tail is missing or damaged.</exception>
    public async Task<ClipTail?> FetchTailAsync(
        string tenantId,
        Conditioning conditioning,
        FrameSize size,
        string folder,
        CancellationToken cancellationToken)
    {
        var clip = await UpstreamAsync(tenantId, conditioning, cancellationToken);
        if (clip.TailKey is null)
        {
            return null;
        }

        var path = Path.Combine(folder, Path.GetRandomFileName());
        await GetAsync(clip.TailKey, path, cancellationToken);
        var strip = new FrameSize(ClipTail.FrameCount * size.Width, size.Height);
        if (await SizeAsync(path, cancellationToken) != strip)
        {
            return null;
        }

        var pixels = await ReadAsync(path, strip, cancellationToken);
        return new ClipTail(
            new RgbImage(strip.Width, strip.Height, pixels), clip.FramesPastTail);
    }

    private async Task<Clip> UpstreamAsync(
        string tenantId, Conditioning conditioning, CancellationToken cancellationToken)
    {
        var upstream = conditioning.LastFrameOf
            ?? throw new BadInputException("expected an image or a shot to continue, found none");
        var key = ObjectKeys.AcceptedClip(tenantId, upstream);
        var record = await store.TryGetAsync(key, ClipCommitter.LongestRecord, cancellationToken)
            ?? throw new BadInputException($"expected the clip to continue at '{key}', found none");
        return JsonSerializer.Deserialize<Clip>(record, FarmJson.Options)!;
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

    private static async Task<FrameSize> SizeAsync(
        string path, CancellationToken cancellationToken)
    {
        try
        {
            return ImageReader.SizeOfPng(await File.ReadAllBytesAsync(path, cancellationToken));
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
