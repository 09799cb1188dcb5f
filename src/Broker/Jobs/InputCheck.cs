using System.Security.Cryptography;
using RenderFarm.Contracts.Film;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Jobs;

/// <summary>Says which images and sounds of a submitted film are not in the object store.</summary>
internal sealed class InputCheck(IObjectStore store, JobReaderOptions limits, FaultList faults)
{
    private readonly InputRules rules = new(limits, faults);

    public async Task RunAsync(Storyboard storyboard, CancellationToken cancellationToken)
    {
        var inputs = InputRules.Inputs(storyboard).DistinctBy(input => input.Name).ToList();
        if (inputs.Count(input => !input.IsSound) > limits.MaxImages)
        {
            faults.Error(
                "too-many-images",
                "$.shots",
                $"A film refers to at most {limits.MaxImages} images; this one to more.");
            return;
        }

        foreach (var (name, isSound, place) in inputs)
        {
            if (InputName.Sha256Of(name) is not { } sha256)
            {
                faults.Error(
                    "input-not-stored",
                    place,
                    $"'{TextRules.Excerpt(name)}' is no object; the farm takes images and sound "
                        + "as inputs/SHA256, stored before the job is submitted.");
                continue;
            }

            await CheckAsync(sha256, isSound, place, cancellationToken);
        }
    }

    private async Task CheckAsync(
        string sha256, bool isSound, string place, CancellationToken cancellationToken)
    {
        var key = ObjectKeys.Input(limits.TenantId, sha256);
        if (await store.TryHeadAsync(key, cancellationToken) is not { } found)
        {
            faults.Error(
                "input-missing", place, $"There is no object inputs/{sha256} in the store.");
            return;
        }

        if (!rules.CheckByteCount(found.ByteCount, isSound, place))
        {
            return;
        }

        if (isSound)
        {
            await CheckSoundAsync(key, place, cancellationToken);
            return;
        }

        var bytes = await store.TryGetAsync(key, limits.MaxImageBytes, cancellationToken);
        if (bytes is null || Convert.ToHexStringLower(SHA256.HashData(bytes)) != sha256)
        {
            faults.Error(
                "input-damaged", place, $"The object inputs/{sha256} has another digest.");
            return;
        }

        rules.CheckImage(bytes, place);
    }

    /// <summary>
    /// Sound can be large; it goes through a file, and only its beginning is read.
    /// </summary>
    private async Task CheckSoundAsync(
        string key, string place, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Path.GetTempPath(), $"renderfarm-{Guid.CreateVersion7():N}");
        try
        {
            await store.GetFileAsync(key, path, cancellationToken);
            var head = new byte[SoundHeader.ByteCount];
            var file = File.OpenRead(path);
            await using (file.ConfigureAwait(false))
            {
                var count = await file.ReadAtLeastAsync(
                    head, head.Length, throwOnEndOfStream: false, cancellationToken);
                rules.CheckSound(head.AsSpan(0, count), place);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }
}
