using System.Diagnostics.Metrics;
using RenderFarm.Contracts.Shots;
using Xunit;

namespace RenderFarm.Farm.Tests.Worker;

/// <summary>Shots whose steps may be reused, by a real worker on a real model.</summary>
public sealed class ReuseTests(RunningWorker worker) : IClassFixture<RunningWorker>
{
    [Fact]
    public async Task Shot_WhoseStepsMayBeReused_SaysHowManyWere()
    {
        var task = worker.Shot(seed: 61, stepCount: 10) with { ReuseThreshold = 1 };
        var counted = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, found) =>
            {
                if (instrument.Name == "renderfarm.worker.steps.reused")
                {
                    found.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (_, value, _, _) => Interlocked.Add(ref counted, value));
        listener.Start();

        await worker.IssueAsync(task);
        var clip = (await worker.Broker.NextReportAsync<AttemptCommitted>()).Clip;

        using var made = worker.Open(task, start: null);
        using var folder = new ScratchFolder();
        await worker.Store.GetFileAsync(clip.ObjectKey, folder["clip.mp4"], default);
        Assert.InRange(made.ReusedStepCount, 1, 7);
        Assert.Equal(made.ReusedStepCount, clip.ReusedStepCount);
        Assert.Equal(made.ReusedStepCount, Interlocked.Read(ref counted));
        Assert.Equal(
            await ClipPrint.OfAsync(made.Frames(default).Select(one => one.ToArray()), task),
            ClipPrint.Of(folder["clip.mp4"]));
        Assert.Equal(clip, await worker.AcceptedAsync(task));
    }
}
