using RenderFarm.Diffusion.Tests.Companions;
using Xunit;

namespace RenderFarm.Farm.Tests.Worker;

/// <summary>A running worker whose model has companions that are plain arithmetic.</summary>
public sealed class CompanionWorker : IAsyncLifetime
{
    private readonly CompanionPackage package = new();

    internal RunningWorker Worker { get; } = new();

    public async ValueTask InitializeAsync()
    {
        Worker.Settings["Worker:Models:0"] = package.Folder;
        await Worker.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Worker.DisposeAsync();
        package.Dispose();
    }
}
