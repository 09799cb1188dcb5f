using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Options;
using RenderFarm.Contracts;
using RenderFarm.Diffusion;
using RenderFarm.Storage;
using ModelManifest = RenderFarm.Contracts.Shots.ModelManifest;

namespace RenderFarm.Worker.Packages;

/// <summary>Where models come from: folders, the farm's store, the project itself.</summary>
internal sealed class ModelSource(
    IOptions<WorkerOptions> options, IObjectStore store, TimeProvider time)
{
    private const string OwnModel = "models/flipbook/package";
    private const int LongestManifest = 64 * 1024;

    private readonly PackageShelf shelf = new(
        options.Value.ModelCacheFolder, options.Value.ModelCacheBytes, time);

    /// <summary>Opens each model in turn; one of the farm's is fetched first.</summary>
    /// <exception cref="ModelException">There is no such model, or no room for it.</exception>
    public async IAsyncEnumerable<PackageLease> OpenAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (options.Value.Models.Count == 0)
        {
            yield return PackageLease.OfFolder(FindOwnModel());
        }

        foreach (var model in options.Value.Models)
        {
            yield return Directory.Exists(model) || !IsName(model)
                ? PackageLease.OfFolder(model)
                : await shelf.FetchAsync(
                    await DigestOfAsync(model, cancellationToken), store, cancellationToken);
        }
    }

    private async Task<string> DigestOfAsync(string model, CancellationToken cancellationToken)
    {
        if (PackageShelf.IsDigest(model))
        {
            return model;
        }

        var record = await store.TryGetAsync(
            ObjectKeys.ModelManifest(model), LongestManifest, cancellationToken)
            ?? throw new ModelException(
                $"expected a folder, or a model of the farm, found no '{model}'; add it with: "
                + "renderfarm models add FOLDER --farm");
        return JsonSerializer.Deserialize<ModelManifest>(record, FarmJson.Options)!.Digest;
    }

    private static bool IsName(string model) =>
        model.Length is >= 1 and <= 64
        && model.All(letter =>
            char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    private static string FindOwnModel()
    {
        string[] starts = [AppContext.BaseDirectory, Environment.CurrentDirectory];
        foreach (var start in starts)
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                var candidate = Path.Combine(folder.FullName, OwnModel);
                if (Directory.Exists(candidate))
                {
                    return candidate;
                }
            }
        }

        throw new ModelException(
            $"expected '{OwnModel}' at or above {string.Join(" or ", starts)}, found nothing; "
            + $"set {WorkerOptions.Section}:{nameof(WorkerOptions.Models)}");
    }
}
