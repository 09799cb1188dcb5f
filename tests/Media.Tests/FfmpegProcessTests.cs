using System.Diagnostics;
using RenderFarm.Media.Ffmpeg;
using Xunit;

namespace RenderFarm.Media.Tests;

public sealed class FfmpegProcessTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private readonly Studio studio = new();
    private readonly TestClock clock = new();

    [Fact]
    public async Task Process_ThatHangs_IsKilledAndSaysSo()
    {
        await using var sleep = Start("/bin/sleep", ["600"]);
        var id = sleep.Id;
        var reading = sleep.ReadAsync(new byte[10]);

        clock.Advance(Long);

        var problem = await Assert.ThrowsAsync<FfmpegException>(() => reading);
        Assert.Null(problem.ExitCode);
        Assert.Contains("no progress", problem.Message, StringComparison.Ordinal);
        await sleep.DisposeAsync();
        Assert.False(Runs(id));
    }

    [Fact]
    public async Task Process_ThatDoesNotRead_IsKilledWhenItsPipeIsFull()
    {
        await using var sleep = Start("/bin/sleep", ["600"]);
        var writing = sleep.WriteAsync(new byte[10_000_000]);

        clock.Advance(Long);

        var problem = await Assert.ThrowsAsync<FfmpegException>(() => writing);
        Assert.Null(problem.ExitCode);
    }

    [Fact]
    public async Task Process_WhileNobodyWaitsForIt_MayBeSilent()
    {
        await using var cat = Start("/bin/cat", []);
        await cat.WriteAsync(new byte[1]);

        clock.Advance(100 * Long);

        Assert.Equal(1, await cat.ReadAsync(new byte[1]));
    }

    [Fact]
    public async Task Process_Canceled_IsKilledAtOnce()
    {
        using var cancel = new CancellationTokenSource();
        await using var sleep = FfmpegProcess.Start(
            "/bin/sleep", ["600"], null, Long, TimeProvider.System, cancel.Token);
        var id = sleep.Id;
        var waiting = sleep.FinishAsync();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await sleep.DisposeAsync();
        Assert.False(Runs(id));
    }

    [Fact]
    public async Task Process_ThatSaysMuch_DoesNotBlockAndKeepsTheEnd()
    {
        await using var loud = Start(
            "/bin/sh",
            ["-c", "i=0; while [ $i -lt 20000 ]; do echo line $i >&2; i=$((i+1)); done; exit 3"]);

        var problem = await Assert.ThrowsAsync<FfmpegException>(() => loud.FinishAsync());

        Assert.Equal(3, problem.ExitCode);
        Assert.EndsWith("line 19999", problem.ErrorLines, StringComparison.Ordinal);
        Assert.InRange(problem.ErrorLines.Length, 100, 2000);
    }

    [Fact]
    public async Task Process_ThatEndsBeforeItsInput_FailsWithItsOwnReason()
    {
        await using var quitter = Start("/bin/sh", ["-c", "echo no space >&2; exit 7"]);

        var problem = await Assert.ThrowsAsync<FfmpegException>(async () =>
        {
            for (var round = 0; round < 1000; round++)
            {
                await quitter.WriteAsync(new byte[100_000]);
            }
        });

        Assert.Equal((7, "no space"), (problem.ExitCode, problem.ErrorLines));
    }

    [Fact]
    public async Task Clip_CanceledWhileFramesCome_LeavesNeitherFileNorProcess()
    {
        using var cancel = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new ClipWriter(TimeProvider.System).WriteAsync(
                CancelAfterAsync(20, cancel), Studio.Small, Studio.Film, 1000, Studio.Slate(1),
                studio.PathOf("clip.mp4"), cancel.Token));

        Assert.Empty(Directory.EnumerateFiles(studio.Folder));
        Assert.Empty(RunningIn(studio.Folder));
    }

    [Fact]
    public async Task Reel_CanceledWhileItIsEncoded_LeavesNeitherFileNorProcess()
    {
        var clip = await studio.WriteClipAsync(1, 120);
        using var cancel = new CancellationTokenSource();
        var cut = Studio.Cut(Studio.Entry(clip, "a")) with
        {
            Codec = Contracts.Film.ReelCodec.Vp9,
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new ReelWriter(TimeProvider.System).WriteAsync(
                cut, _ => clip.Path, null, studio.PathOf("film"), new CancelWhenTold(cancel),
                cancel.Token));

        Assert.Empty(Directory.EnumerateFileSystemEntries(studio.PathOf("film")));
        Assert.Empty(RunningIn(studio.Folder));
    }

    [Fact]
    public async Task Tool_Version_IsRead() =>
        Assert.Matches(
            "^[0-9n]",
            await FfmpegTool.ReadVersionAsync(TimeProvider.System, CancellationToken.None));

    [Fact]
    public void Tool_OutsideTheSearchPath_IsNotFound()
    {
        Assert.True(FfmpegTool.IsInstalled);
        Assert.Null(FfmpegTool.Find(studio.Folder));
        Assert.Null(FfmpegTool.Find(null));
    }

    public void Dispose() => studio.Dispose();

    private FfmpegProcess Start(string program, string[] arguments) =>
        FfmpegProcess.Start(program, arguments, null, Long, clock, CancellationToken.None);

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> CancelAfterAsync(
        int count, CancellationTokenSource cancel)
    {
        await foreach (var (index, frame) in Pattern.Frames(Studio.Small, 1, 1000).Index())
        {
            if (index == count)
            {
                await cancel.CancelAsync();
            }

            yield return frame;
        }
    }

    private static bool Runs(int id) => Directory.Exists($"/proc/{id}");

    /// <summary>Processes whose arguments name the folder.</summary>
    private static List<string> RunningIn(string folder) =>
    [
        .. Process.GetProcessesByName("ffmpeg").Select(process => ReadArguments(process.Id))
            .Where(arguments => arguments.Contains(folder, StringComparison.Ordinal)),
    ];

    private static string ReadArguments(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (IOException)
        {
            // It ended between the list and the look.
            return "";
        }
    }

    private sealed class CancelWhenTold(CancellationTokenSource cancel) : IProgress<double>
    {
        public void Report(double value)
        {
            if (value > 0.4)
            {
                cancel.Cancel();
            }
        }
    }
}
