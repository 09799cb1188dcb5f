using System.Runtime.InteropServices;
using System.Text;
using RenderFarm.Diffusion.Onnx;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Onnx;

public sealed class OnnxDeviceTests
{
    private delegate nint GetEnvironment(byte[] name);

    private const string NoProvider = "/nowhere/libonnxruntime_providers_cuda.so";

    [Fact]
    public void Open_Cpu_HasAFixedThreadCount()
    {
        var device = OnnxDevice.Open(new OnnxOptions());

        Assert.Equal("CPU, threads: 2", device.Name);
        Assert.Equal("cpu-fp32", device.NumericsProfile);
    }

    [Fact]
    public void Open_AnotherThreadCount_IsAnotherProfile()
    {
        var device = OnnxDevice.Open(new OnnxOptions { ThreadCount = 3 });

        Assert.Equal("cpu-fp32-3-threads", device.NumericsProfile);
    }

    [Fact]
    public void Open_CudaWithoutProvider_SaysWhy()
    {
        var options = new OnnxOptions { Device = "cuda", CudaProviderPath = NoProvider };

        var fault = Assert.Throws<DeviceException>(() => OnnxDevice.Open(options));

        Assert.StartsWith("CUDA cannot be used: ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(NoProvider, fault.Message, StringComparison.Ordinal);
        Assert.False(fault.IsProcessLost);
    }

    [Fact]
    public void Open_AutoWithoutProvider_FallsBackToTheCpu()
    {
        var options = new OnnxOptions { Device = "auto", CudaProviderPath = NoProvider };

        var device = OnnxDevice.Open(options);

        Assert.False(device.IsGpu);
        Assert.Equal("cpu-fp32", device.NumericsProfile);
    }

    [Theory]
    [InlineData("gpu", 0, "Device: expected cpu, cuda or auto, found 'gpu'.")]
    [InlineData("cpu", -1, "ThreadCount: expected 0 to 1024, found -1.")]
    public void Open_BadOptions_SaysWhatWasExpected(string device, int count, string message)
    {
        var options = new OnnxOptions { Device = device, ThreadCount = count };

        var fault = Assert.Throws<DeviceException>(() => OnnxDevice.Open(options));

        Assert.Equal(message, fault.Message);
    }

    [Fact]
    public void Open_AnyDevice_TurnsTelemetryOffWhereNativeCodeReads()
    {
        OnnxDevice.Open(new OnnxOptions());

        Assert.Equal("1", NativeEnvironment("ORT_DISABLE_TELEMETRY"));
    }

    // .NET keeps a copy of the environment of its own; C's is the one that counts.
    private static string? NativeEnvironment(string name)
    {
        var export = NativeLibrary.GetExport(NativeLibrary.Load("libc.so.6"), "getenv");
        var read = Marshal.GetDelegateForFunctionPointer<GetEnvironment>(export);
        return Marshal.PtrToStringUTF8(read([.. Encoding.UTF8.GetBytes(name), 0]));
    }
}
