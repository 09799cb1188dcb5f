using Microsoft.ML.OnnxRuntime;

namespace RenderFarm.Diffusion.Onnx;

/// <summary>
/// The device graphs of one network. Each repeats what it was recorded with at the addresses it was
/// recorded with, and CUDA's provider forgets none as long as the session lives: so both are kept
/// for the next clip of the same shapes, and their number has a bound.
/// </summary>
internal sealed class DeviceGraphs : IDisposable
{
    /// <summary>How many are ever recorded; beyond them, runs are ordinary ones.</summary>
    public const int MostCount = 16;

    // 0 and 1 are what the provider gives a meaning of its own, or did.
    private const int FirstId = 2;

    private readonly List<DeviceGraph> free = [];
    private readonly RunThread thread = new();

    /// <summary>How many were begun.</summary>
    public int Count { get; private set; }

    /// <summary>One that no binding has; null where there are too many.</summary>
    /// <param name="shapes">Those of a binding's tensors, in its order.</param>
    public DeviceGraph? Take(string shapes)
    {
        var index = free.FindIndex(graph => graph.Shapes == shapes);
        if (index >= 0)
        {
            var found = free[index];
            free.RemoveAt(index);
            return found;
        }

        return Count == MostCount ? null : new DeviceGraph(FirstId + Count++, shapes);
    }

    /// <summary>Gives one back, with the addresses that it is recorded with.</summary>
    public void Return(DeviceGraph graph) => free.Add(graph);

    /// <summary>Makes a run on the thread of all runs.</summary>
    public void Run(InferenceSession session, OrtIoBinding binding, RunOptions options) =>
        thread.Run(() => session.RunWithBinding(options, binding));

    /// <summary>After the session, which knows the addresses.</summary>
    public void Dispose()
    {
        thread.Dispose();
        foreach (var place in free.SelectMany(graph => graph.Places))
        {
            place.Dispose();
        }
    }
}
