using System.Security.Cryptography;
using RenderFarm.Contracts.Film;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Jobs;

/// <summary>
/// Says which images, sounds and videos of a submitted film are not in the object store.
/// </summary>
internal sealed class InputCheck(IObjectStore store, JobReaderOptions limits, FaultList faults)
{
    private readonly InputRules rules = new(limits, faults);

    public async Task RunAsync(Storyboard storyboard, CancellationToken cancellationToken)
    {
        var inputs = InputRules.Inputs(storyboard)
            .DistinctBy(input => (input.Name, input.Kind))
            .ToList();
        var areTooMany = ExceedsCount(inputs, InputKind.Image, "image", limits.MaxImages);
        if (ExceedsCount(inputs, InputKind.Video, "video", limits.MaxVideos) || areTooMany)
        {
            return;
        }

        foreach (var (name, kind, place) in inputs)
        {
            if (InputName.Sha256Of(name) is not { } sha256)
            {
                faults.Error(
                    "input-not-stored",
                    place,
                    $"'{TextRules.Excerpt(name)}' is no object; the farm takes images, videos and "
                        + "sound as inputs/SHA256, stored before the job is submitted.");
                continue;
            }

            await CheckAsync(sha256, kind, place, cancellationToken);
        }
    }

    private bool ExceedsCount(
        List<(string Name, InputKind Kind, string Place)> inputs,
        InputKind kind,
        string what,
        int most)
    {
        if (inputs.Count(input => input.Kind == kind) <= most)
        {
            return false;
        }

        faults.Error(
            $"too-many-{what}s",
            "$.shots",
            $"A film refers to at most {most} {what}s; this one to more.");
        return true;
    }

    private async Task CheckAsync(
        string sha256, InputKind kind, string place, CancellationToken cancellationToken)
    {
        var key = ObjectKeys.Input(limits.TenantId, sha256);
        if (await store.TryHeadAsync(key, cancellationToken) is not { } found)
        {
            faults.Error(
                "input-missing", place, $"There is no object inputs/{sha256} in the store.");
            return;
        }

        if (!rules.CheckByteCount(found.ByteCount, kind, place))
        {
            return;
        }

        if (kind != InputKind.Image)
        {
            await CheckBeginningAsync(key, kind, place, cancellationToken);
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
    /// Sound and video can be large; they go through a file, and only its beginning is read.
    /// </summary>
    private async Task CheckBeginningAsync(
        string key, InputKind kind, string place, CancellationToken cancellationToken)
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
                rules.Check(kind, head.AsSpan(0, count), place);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }
}
