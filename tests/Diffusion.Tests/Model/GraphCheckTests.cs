using RenderFarm.Diffusion.Tests.Miniatures;
using RenderFarm.Diffusion.Tests.Onnx;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Model;

/// <summary>What is refused of a package that a stranger made, and why.</summary>
public sealed class GraphCheckTests : IDisposable
{
    private readonly TemporaryFolder copy = Miniature.Copy("sd15");

    public void Dispose() => copy.Dispose();

    [Fact]
    public void Open_OperatorOfALibrary_IsRefused()
    {
        WriteUnet(OnnxFile.Node("HfJsonTokenizer", "y", ["x"], OnnxFile.Domain("ai.onnx.contrib")));

        Assert.Equal(
            Refused("unet/model.onnx: expected operators of ONNX and ONNX Runtime, found "
                + "ai.onnx.contrib::HfJsonTokenizer, which need a custom-op library; none is "
                + "loaded"),
            Fault());
    }

    [Fact]
    public void Open_NativeLibrary_IsRefused()
    {
        copy.Write("unet/helper.so", "code");

        Assert.Equal(
            Refused("unet/helper.so: expected no program code, found a native library"), Fault());
    }

    [Theory]
    [InlineData("../weights.bin")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    public void Open_WeightsOutsideTheFolder_AreRefused(string location)
    {
        copy.Write("weights.bin", "12345678");
        WriteUnet([OnnxFile.ExternalWeight("w", 2, location, 0, 8)]);

        Assert.Equal(
            Refused($"unet/model.onnx: w: expected a file inside unet/, found '{location}'"),
            Fault());
    }

    [Theory]
    [InlineData(0, 16, 8)]
    [InlineData(4, 8, 4)]
    [InlineData(100, 8, 0)]
    public void Open_WeightsBeyondTheirFile_AreRefused(int offset, int length, int found)
    {
        copy.Write("unet/weights.bin", "12345678");
        WriteUnet([OnnxFile.ExternalWeight("w", length / 4, "weights.bin", offset, length)]);

        Assert.Equal(
            Refused($"unet/model.onnx: w: expected {length} bytes at {offset} of "
                + $"unet/weights.bin, found {found}"),
            Fault());
    }

    [Fact]
    public void Open_WeightsWithoutTheirFile_NameIt()
    {
        WriteUnet([OnnxFile.ExternalWeight("w", 2, "weights.pb", 0, 8)]);

        Assert.Equal(
            Refused("unet/model.onnx: expected unet/weights.pb with its weights, found no such "
                + "file"),
            Fault());
    }

    [Fact]
    public void Open_WeightsInAFileBesideTheGraph_AreTaken()
    {
        copy.Write("unet/weights.pb", "12345678");
        WriteUnet([OnnxFile.ExternalWeight("w", 2, "weights.pb", 0, 8)]);

        var unet = ModelPackage.Open(copy.Path).Components.Single(one => one.Name == "unet");

        Assert.Equal((8, "fp32"), (unet.WeightBytes, unet.Precision));
    }

    [Theory]
    [InlineData("not a graph at all")]
    [InlineData("")]
    public void Open_FileThatIsNoGraph_IsRefused(string text)
    {
        copy.Write("unet/model.onnx", text);

        Assert.StartsWith(
            "unet/model.onnx: expected an ONNX graph, found ", Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_GraphCutAnywhere_IsRefusedOrReadToItsEnd()
    {
        var path = Path.Combine(copy.Path, "unet/model.onnx");
        var whole = File.ReadAllBytes(path);
        for (var length = 0; length < whole.Length; length += whole.Length / 64)
        {
            File.WriteAllBytes(path, whole[..length]);

            Assert.StartsWith("unet/model.onnx: expected", Fault(), StringComparison.Ordinal);
        }
    }

    private void WriteUnet(byte[] node) => Write([node], []);

    private void WriteUnet(byte[][] weights) =>
        Write([OnnxFile.Node("Identity", "y", ["x"])], weights);

    private void Write(byte[][] nodes, byte[][] weights) => File.WriteAllBytes(
        Path.Combine(copy.Path, "unet/model.onnx"),
        OnnxFile.Model(
            nodes,
            weights,
            [OnnxFile.Value("x", OnnxFile.Single, -1)],
            OnnxFile.Value("y", OnnxFile.Single, -1)));

    private string Refused(string line) => $"The package {copy.Path} is refused:\n  {line}";

    private string Fault() =>
        Assert.Throws<ModelException>(() => ModelPackage.Open(copy.Path)).Message;
}
