using System.Security.Cryptography;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Shots;
using RenderFarm.Diffusion;
using RenderFarm.Media;
using RenderFarm.Servers;
using RenderFarm.Storage;
using Xunit;

namespace RenderFarm.Farm.Tests.Worker;

/// <summary>
/// Worker processes that are killed at each of their phases. The one after goes on from the last
/// checkpoint, and the clip is the one that it would have been.
/// </summary>
public sealed class KilledWorkerTests(LocalServers servers, KilledWorkerTests.Reference reference)
    : IClassFixture<KilledWorkerTests.Reference>
{
    private const int StepCount = 30;

    public enum Phase
    {
        Claimed,
        Loading,
        Step,
        Decoding,
        Encoding,
        Uploading,
        BeforeTheCommit,
        AfterTheCommit,
    }

    [Theory]
    [InlineData(Phase.Claimed)]
    [InlineData(Phase.Loading)]
    [InlineData(Phase.Step)]
    [InlineData(Phase.Decoding)]
    [InlineData(Phase.Encoding)]
    [InlineData(Phase.Uploading)]
    [InlineData(Phase.BeforeTheCommit)]
    [InlineData(Phase.AfterTheCommit)]
    public async Task Kill_AtAPhase_LosesNoMoreThanAfterTheLastCheckpoint(Phase phase)
    {
        await using var farm = await KillFarm.StartAsync(servers);
        using var encoder = new HeldEncoder();
        var task = await WithImageAsync(
            farm, phase == Phase.Decoding ? reference.Large : reference.Small);
        (string, string)[] more =
            phase == Phase.Encoding ? [("PATH", encoder.SearchPath)] : [];
        using var first = farm.Start("worker-1", more);
        await Task.WhenAll(ArriveAsync(farm, phase, task), farm.IssueAsync(task));

        first.Kill();

        await first.EndAsync();
        var left = await farm.CheckpointStepAsync(
            task, Reference.Request(task), reference.Pipeline);
        using var second = farm.Start("worker-2");
        await farm.IssueAsync(task);
        var report = await farm.Broker.NextReportAsync();
        var clip = Assert.IsType<AttemptCommitted>(report).Clip;
        using var folder = new ScratchFolder();
        await farm.Store.GetFileAsync(clip.ObjectKey, folder["clip.mp4"], default);
        Assert.Equal(await reference.PrintAsync(task), ClipPrint.Of(folder["clip.mp4"]));
        Assert.Equal(phase == Phase.AfterTheCommit ? "worker-1" : "worker-2", clip.WorkerId);
        AssertResumed(phase, left, second);
    }

    [Fact]
    public async Task Terminate_InTheMiddle_WritesACheckpointAndThenHandsBack()
    {
        await using var farm = await KillFarm.StartAsync(servers);
        // Nobody waits for a lease of ten minutes here.
        farm.Broker.LeaseDuration = TimeSpan.FromMinutes(10);
        var task = reference.Large with { StepCount = 100 };
        (string, string)[] more =
            [("Worker__CheckpointPeriod", "01:00:00"), ("Worker__GraceTime", "00:00:20")];
        using var first = farm.Start("worker-1", more);
        var rendering = farm.RenewedAsync(renewal => renewal.StepNumber > 1);
        await farm.IssueAsync(task);
        await rendering;
        var wasWritten = false;
        farm.Broker.HandedBack = () =>
        {
            wasWritten = farm.HasCheckpoint();
            return Task.CompletedTask;
        };

        first.Terminate();

        await farm.Broker.NextReportAsync<AttemptHandedBack>();
        var exitCode = await first.EndAsync();
        Assert.True(exitCode == 0, first.Output);
        Assert.True(wasWritten, first.Output);
        var left = await farm.CheckpointStepAsync(
            task, Reference.Request(task), reference.Pipeline);
        Assert.InRange(left!.Value, 2, 99);
        using var second = farm.Start("worker-2");
        var resumed = farm.RenewedAsync(renewal => renewal.StepNumber > left);
        await farm.IssueAsync(task);
        await resumed;
        Assert.Equal(left, second.ResumedStep());
    }

    /// <summary>Ends when the worker is where it is to be killed.</summary>
    private static async Task ArriveAsync(KillFarm farm, Phase phase, ShotTask task)
    {
        switch (phase)
        {
            case Phase.Claimed:
                // The first thing that a worker does with a shot: ask whether there is a clip.
                await farm.Gate.HoldAsync("GET", "/accepted.json");
                break;
            case Phase.Loading:
                await farm.Gate.HoldAsync("GET", $"/inputs/{task.Start!.ImageSha256}");
                break;
            case Phase.Step:
                await farm.RenewedAsync(
                    renewal => renewal.StepNumber > 4 && farm.HasCheckpoint());
                break;
            case Phase.Decoding:
                // There is no word for it but that the last step is done and no frame has come.
                await farm.RenewedAsync(renewal => renewal.StepNumber == renewal.StepCount);
                break;
            case Phase.Encoding:
                await farm.RenewedAsync(renewal => renewal.Stage == AttemptStage.Encoding);
                break;
            case Phase.Uploading:
                await farm.Gate.HoldAsync("PUT", ".mp4");
                break;
            case Phase.BeforeTheCommit:
                await farm.Gate.HoldAsync("PUT", "/accepted.json");
                break;
            default:
                await farm.Gate.HoldAsync("PUT", "/accepted.json", carryOut: true);
                break;
        }
    }

    /// <summary>
    /// A checkpoint that was on its way when its worker was killed may arrive after it was looked
    /// for; that the clip is resumed further on then is right too.
    /// </summary>
    private static void AssertResumed(Phase phase, int? left, WorkerProcess second)
    {
        var resumed = second.ResumedStep();
        switch (phase)
        {
            case Phase.Claimed:
            case Phase.Loading:
                Assert.Null(left);
                Assert.Null(resumed);
                break;
            case Phase.AfterTheCommit:
                Assert.Null(resumed);
                break;
            default:
                Assert.NotNull(left);
                Assert.True(resumed >= left, $"left at {left}, resumed at {resumed}");
                break;
        }
    }

    private async Task<ShotTask> WithImageAsync(KillFarm farm, ShotTask task)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(reference.Image(task)));
        await farm.Store.PutIfAbsentAsync(
            ObjectKeys.Input("test", sha256), reference.Image(task), "image/png", default);
        return task with
        {
            RenderKey = $"{Guid.NewGuid():n}",
            Start = new Conditioning { ImageSha256 = sha256 },
        };
    }

    /// <summary>The two shots, and what comes of them where nobody is killed.</summary>
    public sealed class Reference : IAsyncLifetime
    {
        private readonly Dictionary<FrameSize, byte[]> images = [];
        private readonly Dictionary<FrameSize, string> prints = [];

        internal VideoPipeline Pipeline { get; } =
            VideoPipeline.Load(OwnModel.Open(), new OnnxOptions());

        internal ShotTask Small => Shot(new FrameSize(64, 64), 17, StepCount);

        /// <summary>It takes long to decode.</summary>
        internal ShotTask Large => Shot(new FrameSize(256, 256), 33, 2);

        public async ValueTask InitializeAsync()
        {
            using var folder = new ScratchFolder();
            foreach (var task in new[] { Small, Large })
            {
                await new ImageWriter(TimeProvider.System).WriteRgbAsync(
                    Start(task).Pixels, task.Size, folder["image.png"], default);
                images[task.Size] = await File.ReadAllBytesAsync(folder["image.png"]);
            }
        }

        public ValueTask DisposeAsync()
        {
            Pipeline.Dispose();
            return ValueTask.CompletedTask;
        }

        /// <summary>The picture that a shot starts from, as a PNG file.</summary>
        internal byte[] Image(ShotTask task) => images[task.Size];

        internal static VideoRequest Request(ShotTask task) =>
            RunningWorker.Request(task, task.Start is null ? null : Start(task));

        /// <summary>The frames of the clip.</summary>
        internal async Task<string> PrintAsync(ShotTask task)
        {
            if (!prints.TryGetValue(task.Size, out var print))
            {
                using var clip = Pipeline.Generate(Request(task), null, default);
                var frames = clip.Frames(default).Select(frame => frame.ToArray());
                prints[task.Size] = print = await ClipPrint.OfAsync(frames, task);
            }

            return print;
        }

        private static RgbImage Start(ShotTask task)
        {
            var pixels = new byte[task.Size.Width * task.Size.Height * 3];
            Array.Fill(pixels, (byte)120);
            return new RgbImage(task.Size.Width, task.Size.Height, pixels);
        }

        private ShotTask Shot(FrameSize size, int frameCount, int stepCount) => new()
        {
            RenderKey = $"{Guid.NewGuid():n}",
            Model = Pipeline.Package.Name,
            ModelDigest = Pipeline.Package.Digest,
            NumericsProfile = Pipeline.NumericsProfile,
            Prompt = "a red ball rolls from left to right",
            NegativePrompt = "",
            Seed = 5,
            Size = size,
            FrameRate = new FrameRate(8, 1),
            FrameCount = frameCount,
            StepCount = stepCount,
            GuidanceScale = 1,
            Sampler = "euler",
        };
    }
}
