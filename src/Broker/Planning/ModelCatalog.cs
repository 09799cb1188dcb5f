using System.Text.Json;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Shots;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Planning;

/// <summary>The models that were added to the object store, by their manifests.</summary>
/// <param name="store">Where the manifests are.</param>
/// <param name="time">The clock.</param>
/// <param name="age">How long a manifest is believed before it is read again.</param>
internal sealed class ModelCatalog(IObjectStore store, TimeProvider time, TimeSpan age)
{
    private const int MaxManifestBytes = 1 << 16;
    private const int MaxListed = 50;
    private const int MaxRemembered = 100;
    private const string Extension = ".json";

    private readonly Lock gate = new();
    private readonly Dictionary<string, (ModelManifest Manifest, long ReadAt)> remembered = [];

    /// <summary>The manifest of a model, or null when there is no such model.</summary>
    /// <exception cref="InvalidDataException">The manifest cannot be read.</exception>
    public async Task<ModelManifest?> FindAsync(string name, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (remembered.TryGetValue(name, out var known)
                && time.GetElapsedTime(known.ReadAt) < age)
            {
                return known.Manifest;
            }
        }

        var key = ObjectKeys.ModelManifest(name);
        var bytes = await store.TryGetAsync(key, MaxManifestBytes, cancellationToken);
        if (bytes is null)
        {
            return null;
        }

        var manifest = Parse(name, bytes);
        lock (gate)
        {
            if (remembered.Count >= MaxRemembered)
            {
                remembered.Clear();
            }

            remembered[name] = (manifest, time.GetTimestamp());
        }

        return manifest;
    }

    /// <summary>The names of the models, some of them when there are very many.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        // The folder of the manifests is what is left of a manifest's name without the model's.
        var prefix = ObjectKeys.ModelManifest("m")[..^("m" + Extension).Length];
        var names = new List<string>();
        await foreach (var found in store.ListAsync(prefix, cancellationToken))
        {
            if (found.Key.EndsWith(Extension, StringComparison.Ordinal) && names.Count < MaxListed)
            {
                names.Add(found.Key[prefix.Length..^Extension.Length]);
            }
        }

        return names;
    }

    private static ModelManifest Parse(string name, byte[] bytes)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize<ModelManifest>(bytes, FarmJson.Options);
            return manifest is { Sizes.Count: > 0, Samplers.Count: > 0, SizeMultiple: > 0 }
                and { Upscale: > 0, Interpolation: > 0, DraftStepCount: >= 0 }
                && manifest.Name == name
                ? manifest
                : throw new InvalidDataException(
                    $"the manifest of model '{name}' names no size, no sampler, another model or "
                        + "a factor below 1");
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException(
                $"the manifest of model '{name}' cannot be read: {fault.Message}", fault);
        }
    }
}
