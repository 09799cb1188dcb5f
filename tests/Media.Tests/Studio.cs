using System.Diagnostics;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Reels;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Media.Tests;

/// <summary>A folder in which clips and films are made, removed after the test.</summary>
internal sealed class Studio : IDisposable
{
    public static readonly FrameSize Small = new(96, 64);
    public static readonly FrameRate Film = new(24, 1);

    public string Folder { get; } = Directory.CreateTempSubdirectory("renderfarm-").FullName;

    public static Slate Slate(long seed) => new()
    {
        JobId = "job-1",
        ShotId = $"shot-{seed}",
        AttemptId = "01890000-0000-7000-8000-000000000001",
        RenderKey = new string('a', 64),
        Model = "flipbook",
        ModelDigest = new string('b', 64),
        Seed = seed,
        WorkerId = "worker-1",
    };

    public string PathOf(string name) => Path.Combine(Folder, name);

    public Task<ClipFile> WriteClipAsync(
        int seed, int frameCount, FrameSize? size = null, FrameRate? rate = null,
        string? name = null) =>
        new ClipWriter(TimeProvider.System).WriteAsync(
            Pattern.Frames(size ?? Small, seed, frameCount), size ?? Small, rate ?? Film,
            frameCount, Slate(seed), PathOf(name ?? $"clip-{seed}.mp4"), CancellationToken.None);

    public Task<ClipFile> WriteFlatClipAsync(int seed, byte grey, int frameCount) =>
        new ClipWriter(TimeProvider.System).WriteAsync(
            Pattern.FlatFrames(Small, grey, frameCount), Small, Film, frameCount, Slate(seed),
            PathOf($"clip-{seed}.mp4"), CancellationToken.None);

    public static CutListEntry Entry(
        ClipFile clip, string shotId, Transition? transition = null,
        string prompt = "a red boat") =>
        new()
        {
            ShotId = shotId,
            Prompt = prompt,
            Transition = transition ?? Transition.Cut,
            Clip = new Clip
            {
                RenderKey = new string('a', 64),
                AttemptId = "attempt",
                ObjectKey = $"t/acme/clips/{shotId}/attempt.mp4",
                LastFrameKey = $"t/acme/clips/{shotId}/attempt.png",
                Sha256 = clip.Sha256,
                ByteCount = clip.ByteCount,
                FrameCount = clip.FrameCount,
                Size = Small,
                FrameRate = Film,
                WorkerId = "worker-1",
                Rendering = TimeSpan.Zero,
                Encoding = TimeSpan.Zero,
                Uploading = TimeSpan.Zero,
            },
        };

    public static CutList Cut(params IReadOnlyList<CutListEntry> entries) => new()
    {
        Title = "A film",
        Size = Small,
        FrameRate = Film,
        Codec = ReelCodec.H264,
        Entries = entries,
        FrameCount = entries.Sum(entry => entry.Clip!.FrameCount
            - (entry.Transition.Kind == TransitionKind.CrossFade
                ? entry.Transition.FrameCount
                : 0)),
    };

    public static Transition CrossFade(int frameCount) =>
        new() { Kind = TransitionKind.CrossFade, FrameCount = frameCount };

    public static Transition Fade(int frameCount) =>
        new() { Kind = TransitionKind.Fade, FrameCount = frameCount };

    /// <summary>Writes a film of clips that the cut refers to.</summary>
    public Task<ReelFiles> WriteReelAsync(
        CutList cut, IReadOnlyList<ClipFile> clips, string? soundtrackPath = null,
        string name = "film", IProgress<double>? progress = null)
    {
        var paths = clips.DistinctBy(clip => clip.Sha256)
            .ToDictionary(clip => clip.Sha256, clip => clip.Path);
        return new ReelWriter(TimeProvider.System).WriteAsync(
            cut, entry => paths[entry.Clip!.Sha256], soundtrackPath, PathOf(name), progress,
            CancellationToken.None);
    }

    /// <summary>The digest of every decoded frame, by ffmpeg itself.</summary>
    public static List<string> FrameDigests(string path) =>
    [
        .. Run(
            "ffmpeg", "-v", "error", "-i", path, "-map", "0:v:0", "-fps_mode", "passthrough",
            "-f", "framemd5", "-")
            .Split('\n').Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(',')[^1].Trim()),
    ];

    /// <summary>Decodes a file to raw frames.</summary>
    public byte[] Decode(string path, string pixelFormat)
    {
        var raw = PathOf("decoded.raw");
        Run(
            "ffmpeg", "-v", "error", "-y", "-i", path, "-map", "0:v:0", "-fps_mode",
            "passthrough", "-pix_fmt", pixelFormat, "-f", "rawvideo", raw);
        return File.ReadAllBytes(raw);
    }

    /// <summary>What ffprobe says of the wanted entries.</summary>
    public static string Probe(string path, string entries) => Run(
        "ffprobe", "-v", "error", "-show_data_hash", "md5", "-show_entries", entries, "-of",
        "default=noprint_wrappers=1", path);

    public static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
        })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} failed: {process.ExitCode}");
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
