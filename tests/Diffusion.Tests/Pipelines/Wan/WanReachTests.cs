using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Pipelines.Wan;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines.Wan;

public sealed class WanReachTests
{
    [Theory]
    [InlineData("{}", 38, 28)]
    [InlineData("""{"num_res_blocks": 1}""", 30, 20)]
    [InlineData("""{"temperal_downsample": [true, true]}""", 35, 26)]
    [InlineData("""{"temperal_downsample": []}""", 24, 20)]
    public void Of_Configuration_CountsEveryConvolution(string json, int decoder, int encoder)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "config.json"), json);
        using var vae = new ConfigFile(PackageFolder.Open(folder.Path), "config.json");

        Assert.Equal((decoder, encoder), (WanReach.OfDecoder(vae), WanReach.OfEncoder(vae)));
    }
}
