using RenderFarm.Diffusion.Onnx.Graphs;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Onnx;

public sealed class RealTypeTests
{
    [Theory]
    [InlineData("fp32", 1.2345678f, 1.2345678f)]
    [InlineData("fp16", 1.2345678f, 1.234375f)]
    [InlineData("bf16", 1.2345678f, 1.234375f)]
    [InlineData("bf16", 1.00390625f, 1f)]
    [InlineData("bf16", 1.01171875f, 1.015625f)]
    [InlineData("bf16", -3e38f, -3.00406e38f)]
    public void ToBytes_Value_IsTheNearestThatTheTypeHas(string type, float value, float nearest)
    {
        var bytes = RealType.ToBytes(type, [value, value]);

        Assert.Equal(2 * RealType.ByteCount(type), bytes.Length);
        Assert.All(
            RealType.ToSingle(type, bytes),
            found => Assert.InRange((found - nearest) / nearest, -1e-5, 1e-5));
    }
}
