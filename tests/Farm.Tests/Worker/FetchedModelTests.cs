using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Shots;
using RenderFarm.Diffusion.Tests.Miniatures;
using RenderFarm.Storage.Folders;
using RenderFarm.Worker;
using RenderFarm.Worker.Packages;
using Xunit;

namespace RenderFarm.Farm.Tests.Worker;

/// <summary>A worker that has a model's name, and gets the rest from the farm's store.</summary>
public sealed class FetchedModelTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Worker_ModelByName_FetchesItAndRendersWithIt()
    {
        var package = Miniature.Open("wan21-t2v");
        var store = new FolderStore(folder["store"], TimeProvider.System);
        await PackageObjects.AddAsync(package, store, default);
        await ModelRegistrar.RegisterAsync(package, store, default);
        var worker = new RunningWorker { StorePath = folder["store"] };
        worker.Settings["Worker:Models:0"] = package.Name;
        worker.Settings["Worker:ModelCacheFolder"] = folder["cache"];
        await worker.InitializeAsync();
        try
        {
            var task = worker.Shot() with
            {
                Size = new FrameSize(32, 64), FrameRate = new FrameRate(16, 1), Sampler = "unipc",
                GuidanceScale = 5, StepCount = 3,
            };

            await worker.IssueAsync(task);
            var report = await worker.Broker.NextReportAsync<AttemptCommitted>();

            Assert.Equal((5, task.Size), (report.Clip.FrameCount, report.Clip.Size));
            Assert.True(Directory.Exists(folder[$"cache/{package.Digest}"]));
        }
        finally
        {
            await worker.DisposeAsync();
        }
    }
}
