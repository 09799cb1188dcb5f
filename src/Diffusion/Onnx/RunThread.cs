using System.Runtime.ExceptionServices;
using Microsoft.ML.OnnxRuntime;

namespace RenderFarm.Diffusion.Onnx;

/// <summary>
/// A thread for all runs of a network whose runs are recorded: CUDA's provider keeps its records
/// with the thread that made them, and would begin anew on every thread that a clip is made on.
/// </summary>
internal sealed class RunThread : IDisposable
{
    private readonly SemaphoreSlim asked = new(0);
    private readonly SemaphoreSlim answered = new(0);
    private readonly Thread thread;
    private Action? run;
    private ExceptionDispatchInfo? fault;

    public RunThread()
    {
        thread = new Thread(RunAll) { IsBackground = true, Name = "device graphs" };
        thread.Start();
    }

    /// <summary>Runs it there, and waits; its fault is the caller's.</summary>
    public void Run(Action action)
    {
        (run, fault) = (action, null);
        asked.Release();
        answered.Wait();
        Volatile.Read(ref fault)?.Throw();
    }

    public void Dispose()
    {
        run = null;
        asked.Release();
        thread.Join();
        asked.Dispose();
        answered.Dispose();
    }

    private void RunAll()
    {
        asked.Wait();
        while (run is not null)
        {
            try
            {
                run();
            }
            catch (OnnxRuntimeException caught)
            {
                fault = ExceptionDispatchInfo.Capture(caught);
            }

            answered.Release();
            asked.Wait();
        }
    }
}
