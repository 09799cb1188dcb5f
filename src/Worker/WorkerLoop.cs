using Microsoft.Extensions.Options;
using RenderFarm.ServiceDefaults.Scratch;
using RenderFarm.Storage;
using RenderFarm.Worker.Attempts;
using RenderFarm.Worker.Intake;
using RenderFarm.Worker.Rendering;

namespace RenderFarm.Worker;

/// <summary>
/// A worker's life: load the models, take shots until told to stop, finish or hand back. It begins
/// once every service of the process has started and ends before the first one stops, so that the
/// bus is there at both ends.
/// </summary>
internal sealed class WorkerLoop(
    LoadedModels models,
    IObjectStore store,
    TicketIntake intake,
    AttemptRunner runner,
    WorkerAnnouncer announcer,
    IHostApplicationLifetime lifetime,
    IOptions<WorkerOptions> options,
    TimeProvider time,
    ILogger<WorkerLoop> log) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationTokenSource halting = new();
    private Task serving = Task.CompletedTask;
    private Task announcing = Task.CompletedTask;
    private int attemptCount;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        WorkerMetrics.Begin();
        Leftovers.Remove(options.Value.ScratchFolder, time);
        await Task.Run(() => models.LoadAsync(cancellationToken), cancellationToken);
        foreach (var package in models.Packages)
        {
            if (await ModelRegistrar.RegisterAsync(package, store, cancellationToken))
            {
                log.ModelRegistered(package.Name, package.Digest);
            }
        }
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        announcing = announcer.RunAsync(
            models.Queues,
            () => Volatile.Read(ref attemptCount) > 0,
            () => stopping.IsCancellationRequested,
            halting.Token);
        serving = ServeAsync();
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await using var registration = cancellationToken.Register(halting.Cancel);
        await announcer.AnnounceAsync(
            models.Queues, attemptCount > 0, leaving: true, cancellationToken);
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await halting.CancelAsync();
        await announcing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        stopping.Dispose();
        halting.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            await TakeShotsAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        catch (Exception fault)
        {
            log.WorkerBroke(fault);
            EndProcess();
        }
    }

    private async Task TakeShotsAsync()
    {
        var (finishing, running) = (Task.CompletedTask, Task.CompletedTask);
        try
        {
            while (true)
            {
                var attempt = await intake.NextAsync(
                    models.Queues, stopping.Token, halting.Token);
                var deviceIsFree = new TaskCompletionSource(
                    TaskCreationOptions.RunContinuationsAsynchronously);
                running = RunAsync(attempt, deviceIsFree);
                await deviceIsFree.Task;

                // The encoder and the upload of one clip overlap with the render of the next one;
                // a third shot waits.
                await finishing;
                finishing = running;
            }
        }
        finally
        {
            await Task.WhenAll(finishing, running);
        }
    }

    private async Task RunAsync(Attempt attempt, TaskCompletionSource deviceIsFree)
    {
        Interlocked.Increment(ref attemptCount);
        try
        {
            var isFit = await runner.RunAsync(
                attempt, () => deviceIsFree.TrySetResult(), stopping.Token, halting.Token);
            if (!isFit)
            {
                log.DeviceGone(attempt.Id);
                EndProcess();
            }
        }
        finally
        {
            Interlocked.Decrement(ref attemptCount);
        }
    }

    private void EndProcess()
    {
        Environment.ExitCode = 1;
        stopping.Cancel();
        lifetime.StopApplication();
    }
}
