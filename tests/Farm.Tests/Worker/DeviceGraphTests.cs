using RenderFarm.Contracts.Shots;
using Xunit;

namespace RenderFarm.Farm.Tests.Worker;

/// <summary>A worker that is to use device graphs, on a CPU, which has none.</summary>
public sealed class DeviceGraphTests : IAsyncLifetime
{
    private readonly RunningWorker worker = new();

    public async ValueTask InitializeAsync()
    {
        worker.Settings["Worker:DeviceGraphs"] = "true";
        await worker.InitializeAsync();
    }

    public ValueTask DisposeAsync() => worker.DisposeAsync();

    [Fact]
    public async Task Start_GraphsAskedForOnACpu_SaysWhyNotAndRenders()
    {
        await worker.IssueAsync(worker.Shot(seed: 71));

        Assert.NotNull((await worker.Broker.NextReportAsync<AttemptCommitted>()).Clip);
        Assert.Contains(
            "Model flipbook uses no device graphs, though they were asked for: a CPU has none",
            worker.Log.Lines);
    }
}
