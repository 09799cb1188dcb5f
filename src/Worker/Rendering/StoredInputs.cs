using System.Security.Cryptography;
using System.Text.Json;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Shots;
using RenderFarm.Storage;
using RenderFarm.Worker.Committing;

namespace RenderFarm.Worker.Rendering;

/// <summary>Brings what a shot is made from to this machine's disk, unchanged.</summary>
internal sealed class StoredInputs(PatientStore store)
{
    /// <summary>Copies an input, and checks that it is the one that was submitted.</summary>
    /// <param name="tenantId">Whose input it is.</param>
    /// <param name="sha256">Its digest, which is its name.</param>
    /// <param name="path">Where to.</param>
    /// <param name="what">What it is, for messages: "an image".</param>
    /// <param name="cancellationToken">Ends the copy.</param>
    /// <exception cref="BadInputException">It is missing, or is another file.</exception>
    public async Task GetInputAsync(
        string tenantId,
        string sha256,
        string path,
        string what,
        CancellationToken cancellationToken)
    {
        await GetAsync(ObjectKeys.Input(tenantId, sha256), path, what, cancellationToken);
        await CheckAsync(path, sha256, what, cancellationToken);
    }

    /// <summary>The record of another shot's clip.</summary>
    /// <exception cref="BadInputException">There is none.</exception>
    public async Task<Clip> FindClipAsync(
        string tenantId, string renderKey, CancellationToken cancellationToken)
    {
        var key = ObjectKeys.AcceptedClip(tenantId, renderKey);
        var record = await store.TryGetAsync(key, ClipCommitter.LongestRecord, cancellationToken)
            ?? throw new BadInputException($"expected the clip to continue at '{key}', found none");
        return JsonSerializer.Deserialize<Clip>(record, FarmJson.Options)!;
    }

    /// <summary>Copies an object.</summary>
    /// <exception cref="BadInputException">There is none of that name.</exception>
    public async Task GetAsync(
        string key, string path, string what, CancellationToken cancellationToken)
    {
        try
        {
            await store.GetFileAsync(key, path, cancellationToken);
        }
        catch (ObjectNotFoundException fault)
        {
            throw new BadInputException($"expected {what} at '{key}', found none", fault);
        }
    }

    /// <summary>Checks a file's digest.</summary>
    /// <exception cref="BadInputException">It is another.</exception>
    public static async Task CheckAsync(
        string path, string expected, string what, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        var digest = await SHA256.HashDataAsync(file, cancellationToken);
        var found = Convert.ToHexStringLower(digest);
        if (found != expected)
        {
            throw new BadInputException(
                $"expected {what} with SHA-256 {expected}, found {found}");
        }
    }
}
