using Microsoft.ML.OnnxRuntime;
using RenderFarm.Diffusion.Onnx;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Onnx;

public sealed class RunThreadTests
{
    [Fact]
    public async Task Run_FromAnyThread_IsOnOneOfItsOwn()
    {
        using var thread = new RunThread();
        var (here, there, elsewhere) = (Environment.CurrentManagedThreadId, 0, 0);

        thread.Run(() => there = Environment.CurrentManagedThreadId);
        await Task.Factory.StartNew(
            () => thread.Run(() => elsewhere = Environment.CurrentManagedThreadId),
            default,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        Assert.NotEqual(here, there);
        Assert.Equal(there, elsewhere);
    }

    [Fact]
    public void Run_ThatFails_FailsForTheCallerAndNotForTheNext()
    {
        using var thread = new RunThread();
        var isRun = false;

        Assert.Throws<OnnxRuntimeException>(() => thread.Run(
            () => OrtValue.CreateTensorValueFromMemory(new float[1], [2])));
        thread.Run(() => isRun = true);

        Assert.True(isRun);
    }
}
