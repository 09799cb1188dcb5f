using Xunit;

namespace RenderFarm.Diffusion.Tests.Model;

public sealed class PackageFolderTests
{
    [Theory]
    [InlineData("../secret")]
    [InlineData("a/../../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("./a")]
    [InlineData("..\\secret")]
    [InlineData("C:secret")]
    [InlineData("")]
    public void Find_PathThatLeavesThePackage_IsRefused(string path)
    {
        using var folder = new TemporaryFolder();
        var package = folder.Open();

        var fault = Assert.Throws<ModelException>(() => package.Find(path));

        Assert.Equal(
            $"Expected a path inside the package, found '{path}'.", fault.Message);
    }

    [Theory]
    [InlineData("model.onnx")]
    [InlineData("transformer/model.onnx")]
    public void Open_LinkedFile_IsRefused(string link)
    {
        using var outside = new TemporaryFolder();
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "transformer"));
        var secret = outside.Write("secret", "outside");
        File.CreateSymbolicLink(Path.Combine(folder.Path, link), secret);

        var fault = Assert.Throws<ModelException>(folder.Open);

        Assert.Equal($"{link}: expected a plain file or folder, found a link.", fault.Message);
    }

    [Fact]
    public void Open_LinkedFolder_IsRefused()
    {
        using var outside = new TemporaryFolder();
        using var folder = new TemporaryFolder();
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "vae_decoder"), outside.Path);

        var fault = Assert.Throws<ModelException>(folder.Open);

        Assert.StartsWith("vae_decoder: expected a plain", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadText_HugeFile_IsRefusedUnread()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("config.json", "");
        using (var file = File.OpenWrite(path))
        {
            file.SetLength((32L << 20) + 1);
        }

        var fault = Assert.Throws<ModelException>(() => folder.Open().ReadText("config.json"));

        Assert.Contains("expected at most", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadJson_BrokenFile_NamesTheFile()
    {
        using var folder = new TemporaryFolder();
        folder.Write("config.json", "{ nonsense");

        var fault = Assert.Throws<ModelException>(() => folder.Open().ReadJson("config.json"));

        Assert.StartsWith("config.json: ", fault.Message, StringComparison.Ordinal);
    }
}
