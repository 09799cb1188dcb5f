using System.Reflection;
using Microsoft.ML.OnnxRuntime;
using RenderFarm.Diffusion.Onnx;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Onnx;

/// <summary>The texts that ONNX Runtime and CUDA are known to give.</summary>
public sealed class OnnxFaultTests
{
    [Theory]
    [InlineData(
        "bfc_arena.cc:376 Failed to allocate memory for requested buffer of size 4429185024")]
    [InlineData("Available memory of 1024 is smaller than requested bytes of 2048")]
    [InlineData("CUDA failure 2: out of memory ; GPU=0")]
    [InlineData("CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED")]
    [InlineData("std::bad_alloc")]
    public void Translate_OutOfMemory_IsTold(string text) =>
        Assert.IsType<OutOfDeviceMemoryException>(Translate(text));

    [Theory]
    [InlineData("CUDA failure 700: an illegal memory access was encountered")]
    [InlineData("CUDA failure 719: unspecified launch failure")]
    [InlineData("CUDA failure 906: operation would make the legacy stream depend on a capture")]
    [InlineData("CUDNN_STATUS_EXECUTION_FAILED")]
    [InlineData("CUDA failure 100: no CUDA-capable device is detected")]
    public void Translate_DeadDevice_EndsTheProcess(string text) =>
        Assert.True(Assert.IsType<DeviceException>(Translate(text)).IsProcessLost);

    [Theory]
    [InlineData("CUDA failure 700: an illegal memory access was encountered", false)]
    [InlineData("CUDA failure 100: no CUDA-capable device is detected", true)]
    [InlineData("CUDA failure 46: GPU is lost", true)]
    public void Translate_DeadDevice_SaysWhetherItIsGone(string text, bool isGone) =>
        Assert.Equal(isGone, Assert.IsType<DeviceException>(Translate(text)).IsGone);

    [Theory]
    [InlineData("CUDA error: no kernel image is available for execution on the device")]
    [InlineData("[ErrorCode:NotImplemented] cuDNN is unavailable or disabled")]
    public void Translate_UnfitDevice_IsNotTheModelsFault(string text) =>
        Assert.False(Assert.IsType<DeviceException>(Translate(text)).IsProcessLost);

    [Theory]
    [InlineData(
        "Failed to allocate memory for requested buffer of size 4585490524328388608")]
    [InlineData("[ErrorCode:InvalidArgument] Invalid rank for input: x Got: 2 Expected: 5")]
    [InlineData("[ErrorCode:InvalidProtobuf] Protobuf parsing failed.")]
    public void Translate_BadModel_IsAModelFault(string text) =>
        Assert.StartsWith(
            "vae_decoder/model.onnx: ",
            Assert.IsType<ModelException>(Translate(text)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Translate_UnknownText_IsLeftAlone() =>
        Assert.Null(Translate("something that nobody has seen"));

    [Theory]
    [InlineData(
        "[ErrorCode:Fail] This session cannot use the graph capture feature as requested by the "
            + "user  as all compute graph nodes have not been partitioned to the "
            + "CUDAExecutionProvider",
        true)]
    [InlineData("[ErrorCode:InvalidProtobuf] Protobuf parsing failed.", false)]
    public void RefusesGraphs_Text_IsTold(string text, bool expected) =>
        Assert.Equal(expected, OnnxFault.RefusesGraphs(Fault(text)));

    private static Exception? Translate(string text) =>
        OnnxFault.Translate(Fault(text), "vae_decoder/model.onnx");

    private static OnnxRuntimeException Fault(string text)
    {
        // The library makes its own exceptions: their constructor is not public.
        var constructor = typeof(OnnxRuntimeException)
            .GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic).Single();
        var code = constructor.GetParameters()[0].ParameterType;
        return (OnnxRuntimeException)constructor.Invoke([Enum.ToObject(code, 1), text]);
    }
}
