using RenderFarm.Diffusion.Tests.Miniatures;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Model;

public sealed class DerivedManifestTests
{
    [Fact]
    public void Open_PackageWithoutManifest_IsDescribedByItsConfiguration()
    {
        var package = Miniature.Open("sd15");

        var manifest = package.Manifest;
        Assert.NotNull(package.DerivedManifestText);
        Assert.Equal("sd15", manifest.Name);
        Assert.Equal([new ModelFrameSize(64, 64)], manifest.Sizes);
        Assert.Equal(8, manifest.SizeMultiple);
        Assert.Equal((1, 1), (manifest.DefaultFrameCount, manifest.FrameCounts.Longest));
        Assert.Equal("pndm", manifest.Samplers[0]);
        Assert.Equal(
            ["text-to-image", "text-to-video", "start-frame", "image-to-image", "mask"],
            manifest.Tasks);
        Assert.Equal(7.5, manifest.Guidance.Default);
    }

    [Fact]
    public void Open_FolderWithAnyName_NamesTheModelInItsLetters()
    {
        using var copy = Miniature.Copy("sd15");
        var folder = Path.Combine(copy.Path, "Stable Diffusion_v1.5");
        Directory.CreateDirectory(folder);
        ModelPackage.Open(Miniature.Folder("sd15")).CopyTo(folder);
        File.Delete(Path.Combine(folder, "manifest.json"));

        Assert.Equal("stable-diffusion-v1-5", ModelPackage.Open(folder).Name);
        Assert.Equal("mine", ModelPackage.Open(folder, "mine").Name);
    }

    [Fact]
    public void CopyTo_PackageWithoutManifest_HasTheSameDigestWithIt()
    {
        using var copy = new TemporaryFolder();
        var package = Miniature.Open("sd15");

        package.CopyTo(copy.Path);

        var kept = ModelPackage.Open(copy.Path);
        Assert.Null(kept.DerivedManifestText);
        Assert.Equal(package.Digest, kept.Digest);
        Assert.Equal(package.Contents, kept.Contents);
    }

    [Theory]
    [InlineData("wan21-t2v", "832x480", 81, "16/1", "unipc", "text-to-video")]
    [InlineData("wan22-i2v", "832x480", 81, "16/1", "unipc", "start-frame")]
    [InlineData("wan22-ti2v", "1280x704", 121, "24/1", "unipc", "text-to-video")]
    [InlineData("ltx", "704x480", 121, "25/1", "euler", "text-to-video")]
    public void Open_FamilyWithoutManifest_HasItsOwnDefaults(
        string name, string size, int frameCount, string rate, string sampler, string task)
    {
        using var copy = Miniature.Copy(name);
        File.Delete(Path.Combine(copy.Path, "manifest.json"));

        var manifest = ModelPackage.Open(copy.Path).Manifest;

        Assert.Equal(size, $"{manifest.Sizes[0].Width}x{manifest.Sizes[0].Height}");
        Assert.Equal((frameCount, rate), (manifest.DefaultFrameCount, manifest.FrameRate));
        Assert.Equal(sampler, manifest.Samplers[0]);
        Assert.Equal(task, manifest.Tasks[0]);
        Assert.Equal(1, manifest.FrameCounts.RoundUp(1) % manifest.FrameCounts.Multiple);
    }

    [Fact]
    public void Open_StableVideoWithoutManifest_NeedsAPictureAndAttentionThatIsFused()
    {
        using var copy = Miniature.Copy("svd");
        File.Delete(Path.Combine(copy.Path, "manifest.json"));

        var package = ModelPackage.Open(copy.Path);

        Assert.Equal(["start-frame"], package.Manifest.Tasks);
        Assert.Equal(["euler"], package.Manifest.Samplers);
        Assert.Equal("7/1", package.Manifest.FrameRate);
        Assert.Equal(8, package.Manifest.DefaultFrameCount);

        // Queries by keys, and their softmax, for a batch of two, eight frames of one head.
        const long tokenCount = 128 * 72;
        Assert.Equal(
            2 * 2 * 8 * tokenCount * tokenCount * sizeof(float),
            package.MemoryFor(1024, 576, 8).Scores);
    }
}
