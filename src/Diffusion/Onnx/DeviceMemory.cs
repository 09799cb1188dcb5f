using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace RenderFarm.Diffusion.Onnx;

/// <summary>A device's memory, in which networks have their tensors.</summary>
/// <param name="allocator">Takes from it.</param>
/// <param name="copy">Copies a tensor into or out of it; done when this returns.</param>
internal sealed class DeviceMemory(OrtAllocator allocator, Action<OrtValue, OrtValue> copy)
{
    /// <summary>A GPU's; null where the provider shares none.</summary>
    public static DeviceMemory? Of(OrtEnv environment, OrtMemoryInfo place) =>
        environment.GetSharedAllocator(place) is { } allocator
            ? new(allocator, (from, to) => environment.CopyTensors([from], [to], stream: null))
            : null;

    /// <summary>A part of the program's own memory that is treated as if it were a GPU's.</summary>
    public static DeviceMemory StandIn() => new(
        OrtAllocator.DefaultInstance,
        (from, to) => from.GetTensorMutableRawData().CopyTo(to.GetTensorMutableRawData()));

    /// <summary>Room at an address that stays until the value is disposed of.</summary>
    public OrtValue Allocate(TensorElementType type, long[] shape) =>
        OrtValue.CreateAllocatedTensorValue(allocator, type, shape);

    public void Copy(OrtValue from, OrtValue to) => copy(from, to);
}
