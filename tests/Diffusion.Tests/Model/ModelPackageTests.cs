using RenderFarm.Diffusion.Model;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Model;

public sealed class ModelPackageTests
{
    [Fact]
    public void Open_Flipbook_ReadsItsManifest()
    {
        var package = FlipbookPackage.Open();

        Assert.Equal("flipbook", package.Name);
        Assert.Equal("8/1", package.Manifest.FrameRate);
        Assert.Contains(new ModelFrameSize(160, 96), package.Manifest.Sizes);
        Assert.Contains("euler", package.Manifest.Samplers);
        Assert.Equal(FlipbookPackage.Folder, package.Folder);
    }

    [Fact]
    public void Digest_KnownFiles_IsTheSumOfTheirSums()
    {
        using var folder = new TemporaryFolder();
        folder.Write("b.txt", "second\n");
        folder.Write("a/z.txt", "first\n");

        // (sha256sum a/z.txt b.txt) | sha256sum
        Assert.Equal(
            "af71f49397bb47154901fb4d9f57236f8c44bcbda2266dc5fef288dc73ed8b0f",
            PackageDigest.Compute(folder.Open()));
    }

    [Fact]
    public void Digest_DocumentsAndExamples_DoNotCount()
    {
        using var folder = new TemporaryFolder();
        folder.Write("model.onnx", "weights");
        var digest = PackageDigest.Compute(folder.Open());

        folder.Write("README.md", "words");
        folder.Write("samples/a.mp4", "film");
        folder.Write("golden/golden.json", "{}");

        Assert.Equal(digest, PackageDigest.Compute(folder.Open()));
    }

    [Fact]
    public void Digest_RenamedFile_Differs()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.onnx", "weights");
        var digest = PackageDigest.Compute(folder.Open());

        File.Move(path, Path.Combine(folder.Path, "b.onnx"));

        Assert.NotEqual(digest, PackageDigest.Compute(folder.Open()));
    }

    [Fact]
    public void Open_NoFolder_SaysWhichFolder()
    {
        using var folder = new TemporaryFolder();
        var missing = Path.Combine(folder.Path, "nothing");

        var fault = Assert.Throws<ModelException>(() => ModelPackage.Open(missing));

        Assert.Contains(missing, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NeitherManifestNorPipeline_SaysWhatIsMissing()
    {
        using var folder = new TemporaryFolder();
        folder.Write("model_index.json", "{}");

        var fault = Assert.Throws<ModelException>(() => ModelPackage.Open(folder.Path));

        Assert.Equal(
            "model_index.json: _class_name: expected a text, found none.", fault.Message);
    }

    [Theory]
    [InlineData("\"name\": \"flipbook\"", "\"name\": \"Flip Book\"", "name: expected 1 to 64")]
    [InlineData("\"sizeMultiple\": 16", "\"sizeMultiple\": 0", "sizeMultiple: expected")]
    [InlineData("\"defaultFrameCount\": 17", "\"defaultFrameCount\": 99", "found 99")]
    [InlineData("\"license\": \"Apache-2.0\",", "", "license")]
    [InlineData("\"license\": \"Apache-2.0\"", "\"license\": null", "license")]
    public void Open_BadManifest_NamesTheField(string line, string replacement, string message)
    {
        using var folder = new TemporaryFolder();
        var text = FlipbookPackage.Open().Files.ReadText("manifest.json");
        Assert.Contains(line, text, StringComparison.Ordinal);
        folder.Write("model_index.json", """{"_class_name": "FlipbookPipeline"}""");
        folder.Write(
            "manifest.json", text.Replace(line, replacement, StringComparison.Ordinal));

        var fault = Assert.Throws<ModelException>(() => ModelPackage.Open(folder.Path));

        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }
}
