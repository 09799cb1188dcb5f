using System.Runtime.CompilerServices;
using System.Text.Json;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Film;
using RenderFarm.Diffusion;
using RenderFarm.Storage;
using ModelManifest = RenderFarm.Contracts.Shots.ModelManifest;

namespace RenderFarm.Worker;

/// <summary>Writes what the Broker must know of a model into the object store.</summary>
public static class ModelRegistrar
{
    private const int LongestManifest = 64 * 1024;

    /// <summary>
    /// Writes <c>models/NAME.json</c> where it is absent or says something else. Two packages of
    /// one name replace each other: the last one added is the one that new jobs are planned for.
    /// </summary>
    /// <returns>True when something was written.</returns>
    /// <exception cref="ModelException">The package says what no farm can plan with.</exception>
    public static async Task<bool> RegisterAsync(
        ModelPackage package, IObjectStore store, CancellationToken cancellationToken)
    {
        var key = ObjectKeys.ModelManifest(package.Name);
        var wanted = JsonSerializer.SerializeToUtf8Bytes(Describe(package), FarmJson.Indented);
        if (await store.PutIfAbsentAsync(key, wanted, "application/json", cancellationToken))
        {
            return true;
        }

        var found = await store.TryGetAsync(key, LongestManifest, cancellationToken);
        if (found.AsSpan().SequenceEqual(wanted))
        {
            return false;
        }

        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, wanted, cancellationToken);
            await store.PutFileAsync(key, file, "application/json", cancellationToken);
            return true;
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Every model that new jobs can be planned for, in order of name.</summary>
    public static async IAsyncEnumerable<ModelManifest> ListAsync(
        IObjectStore store, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var found in store.ListAsync("models/", cancellationToken))
        {
            var record = await store.TryGetAsync(found.Key, LongestManifest, cancellationToken);
            if (record is not null)
            {
                yield return JsonSerializer.Deserialize<ModelManifest>(record, FarmJson.Options)!;
            }
        }
    }

    /// <summary>Forgets a model, so that no new job is planned for it.</summary>
    /// <param name="nameOrDigest">Its name, or its digest.</param>
    /// <param name="store">The farm's store.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>Its digest.</returns>
    /// <exception cref="ModelException">The farm knows no such model.</exception>
    public static async Task<string> RemoveAsync(
        string nameOrDigest, IObjectStore store, CancellationToken cancellationToken)
    {
        var model = await FindAsync(nameOrDigest, store, cancellationToken);
        await store.DeleteAsync(ObjectKeys.ModelManifest(model.Name), cancellationToken);
        return model.Digest;
    }

    /// <summary>The model that new jobs can be planned for by a name or a digest.</summary>
    /// <exception cref="ModelException">The farm knows no such model.</exception>
    public static async Task<ModelManifest> FindAsync(
        string nameOrDigest, IObjectStore store, CancellationToken cancellationToken)
    {
        await foreach (var model in ListAsync(store, cancellationToken))
        {
            if (model.Name == nameOrDigest || model.Digest == nameOrDigest)
            {
                return model;
            }
        }

        throw new ModelException($"expected a model of the farm, found no '{nameOrDigest}'");
    }

    /// <summary>The package's manifest in the farm's words.</summary>
    /// <exception cref="ModelException">Its frame rate is no fraction.</exception>
    public static ModelManifest Describe(ModelPackage package)
    {
        var manifest = package.Manifest;
        if (!FrameRate.TryParse(manifest.FrameRate, out var frameRate))
        {
            throw new ModelException(
                $"{package.Name}: expected a frame rate as in '8/1', found '{manifest.FrameRate}'");
        }

        return new ModelManifest
        {
            Name = package.Name,
            Digest = package.Digest,
            Tasks = manifest.Tasks,
            Sizes = [.. manifest.Sizes.Select(size => new FrameSize(size.Width, size.Height))],
            SizeMultiple = manifest.SizeMultiple,
            MinimumSide = manifest.MinSize,
            MaximumSide = Math.Min(manifest.MaxWidth, manifest.MaxHeight),
            DefaultFrameCount = manifest.DefaultFrameCount,
            MaximumFrameCount = manifest.FrameCounts.Longest,
            Upscale = manifest.Upscale,
            Interpolation = manifest.Interpolation,
            ScoresTakes = manifest.Scorer,
            DraftStepCount = manifest.Steps.Draft,
            FrameRate = frameRate,
            DefaultStepCount = manifest.Steps.Default,
            MaximumStepCount = manifest.Steps.Maximum,
            DefaultGuidanceScale = manifest.Guidance.Default,
            MaximumGuidanceScale = manifest.Guidance.Maximum,
            Samplers = manifest.Samplers,
        };
    }
}
