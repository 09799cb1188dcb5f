using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace RenderFarm.Diffusion.Onnx;

/// <summary>
/// A tensor of a binding: its values on this side, and, where the graph has it in a device's
/// memory, one address there for all runs.
/// </summary>
/// <param name="tensor">What the graph's signature calls it.</param>
/// <param name="name">What the graph calls it.</param>
/// <param name="type">What the graph has it as.</param>
/// <param name="shape">Its size along each axis.</param>
/// <param name="isConstant">Is given before the first run, and never again.</param>
/// <param name="memory">Where the graph has it; null where that is the program's memory.</param>
internal sealed class BoundTensor(
    string tensor,
    string name,
    TensorElementType type,
    long[] shape,
    bool isConstant,
    DeviceMemory? memory)
    : IDisposable
{
    private readonly OnnxTensor values = OnnxTensor.Create(type, shape);
    private OrtValue? place;

    public string Tensor => tensor;

    public long[] Shape => shape;

    public float[] Values => values.Values;

    public bool IsConstant => isConstant;

    /// <summary>Whether its values are at their address without being bound again.</summary>
    public bool HasPlace => place is not null;

    private OrtValue Bound => place ?? values.Value;

    /// <summary>What the graph calls it, and its shape.</summary>
    public string Key => $"{name}[{string.Join(',', shape)}]";

    /// <summary>Takes its address; before the first run, so that a fault is that run's.</summary>
    /// <param name="kept">The address of an earlier binding's; null takes a new one.</param>
    public void Reserve(OrtValue? kept)
    {
        if (kept is not null)
        {
            place?.Dispose();
            place = kept;
        }

        place ??= memory?.Allocate(type, shape);
    }

    /// <summary>Leaves its address to another binding.</summary>
    public OrtValue Leave()
    {
        var left = place!;
        place = null;
        return left;
    }

    public void BindInput(OrtIoBinding binding) => binding.BindInput(name, Bound);

    public void BindOutput(OrtIoBinding binding) => binding.BindOutput(name, Bound);

    /// <summary>Brings its values to the graph, before a run.</summary>
    public void Give()
    {
        values.Give();
        if (place is not null)
        {
            memory!.Copy(values.Value, place);
        }
    }

    /// <summary>Brings its values here, after a run.</summary>
    public void Take()
    {
        if (place is not null)
        {
            memory!.Copy(place, values.Value);
        }

        values.Take();
    }

    public void Dispose()
    {
        place?.Dispose();
        values.Dispose();
    }
}
