using System.Security.Cryptography;
using RenderFarm.Contracts.Film;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Jobs;

/// <summary>
/// Brings the images, videos and sound beside a storyboard file into the object store.
/// </summary>
public static class InputFiles
{
    /// <summary>
    /// Stores every file that the film refers to, and gives the film with their object names
    /// instead. Object names that are there already are left as they are.
    /// </summary>
    /// <param name="storyboard">The film; its files are named relative to the folder.</param>
    /// <param name="folder">Where the storyboard is; nothing outside it is read.</param>
    /// <param name="store">Where the files go.</param>
    /// <param name="tenantId">Whose objects they become.</param>
    /// <param name="cancellationToken">Ends the work between two files.</param>
    /// <returns>
    /// The film without the files that cannot be used, beside a fault for each of these.
    /// </returns>
    public static async Task<StoryboardReading> StoreAsync(
        Storyboard storyboard,
        string folder,
        IObjectStore store,
        string tenantId,
        CancellationToken cancellationToken)
    {
        var limits = new JobReaderOptions();
        var faults = new FaultList(limits.MaxFaults);
        var rules = new InputRules(limits, faults);
        var names = new Dictionary<string, string?>();
        foreach (var (name, kind, place) in InputRules.Inputs(storyboard))
        {
            if (InputName.Sha256Of(name) is not null || names.ContainsKey(name))
            {
                continue;
            }

            // What cannot be used is left out, so that nothing more is said of it later.
            names[name] = null;
            if (Resolve(folder, name, place, faults) is not { } file
                || !rules.CheckByteCount(file.Length, kind, place))
            {
                continue;
            }

            // One reading serves the check, the digest and the object, so that they agree.
            if (await TryReadAsync(file, cancellationToken) is not { } bytes)
            {
                faults.Error(
                    "file-unreadable", place, $"'{TextRules.Excerpt(name)}' cannot be opened.");
                continue;
            }

            if (rules.Check(kind, bytes, place) is { } type)
            {
                var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
                var key = ObjectKeys.Input(tenantId, sha256);
                await store.PutIfAbsentAsync(key, bytes, type, cancellationToken);
                names[name] = InputName.Of(sha256);
            }
        }

        return new StoryboardReading(Rename(storyboard, names), faults.All);
    }

    /// <summary>The same for a film that was just read; its faults and places are kept.</summary>
    public static async Task<StoryboardReading> StoreAsync(
        StoryboardReading reading,
        string folder,
        IObjectStore store,
        string tenantId,
        CancellationToken cancellationToken)
    {
        if (reading.Storyboard is not { } storyboard)
        {
            return reading;
        }

        var stored = await StoreAsync(storyboard, folder, store, tenantId, cancellationToken);
        return reading with
        {
            Storyboard = stored.Storyboard,
            Faults = [.. reading.Faults, .. reading.Locate(stored.Faults)],
        };
    }

    private static FileInfo? Resolve(string folder, string name, string place, FaultList faults)
    {
        var parts = name.Split('/', '\\');
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal)
            || Path.IsPathRooted(name) || name.Contains(':', StringComparison.Ordinal)
            || parts.Any(part => part is ".." or "." or ""))
        {
            faults.Error(
                "path-outside",
                place,
                $"'{TextRules.Excerpt(name)}' must be in the storyboard's folder or below.");
            return null;
        }

        var path = Path.GetFullPath(folder);
        foreach (var part in parts)
        {
            path = Path.Combine(path, part);
            var entry = new FileInfo(path);
            if (entry.LinkTarget is not null)
            {
                faults.Error(
                    "path-outside",
                    place,
                    $"'{TextRules.Excerpt(name)}' goes through a link; only plain files are read.");
                return null;
            }
        }

        // A pipe or a device has no length, and is refused as empty before it is opened.
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            var found = Directory.Exists(path) ? "it is a folder" : "there is no such file";
            faults.Error("file-missing", place, $"'{TextRules.Excerpt(name)}': {found}.");
            return null;
        }

        return file;
    }

    private static async Task<byte[]?> TryReadAsync(
        FileInfo file, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = new byte[file.Length];
            var stream = file.OpenRead();
            await using (stream.ConfigureAwait(false))
            {
                var count = await stream.ReadAtLeastAsync(
                    bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
                return count == bytes.Length ? bytes : bytes[..count];
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static Storyboard Rename(Storyboard storyboard, Dictionary<string, string?> names)
    {
        return storyboard with
        {
            Soundtrack = New(storyboard.Soundtrack),
            Shots =
            [
                .. storyboard.Shots.Select(shot => shot with
                {
                    StartKeyframe = NewFrame(shot.StartKeyframe),
                    Mask = IsLost(shot.StartKeyframe) ? null : New(shot.Mask),
                    EndKeyframe = NewFrame(shot.EndKeyframe),
                    Source = NewSource(shot.Source),
                }),
            ],
        };

        string? New(string? name) => name is null ? null : names.GetValueOrDefault(name, name);

        Keyframe? NewFrame(Keyframe? frame) => frame switch
        {
            { Image: { } image } when New(image) is { } name => frame with { Image = name },
            { Image: not null, Continues: null } => null,
            _ => frame,
        };

        // A mask without what it is of would be a fault of its own.
        bool IsLost(Keyframe? frame) => frame is not null && NewFrame(frame) is null;

        SourceClip? NewSource(SourceClip? source) => source switch
        {
            { Video: { } video } when New(video) is { } name => source with { Video = name },
            { Video: not null, Shot: null } => null,
            _ => source,
        };
    }
}
