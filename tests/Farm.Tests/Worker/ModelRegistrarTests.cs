using System.Text.Json;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Film;
using RenderFarm.Diffusion;
using RenderFarm.Diffusion.Tests.Companions;
using RenderFarm.Storage.Folders;
using RenderFarm.Worker;
using Xunit;

namespace RenderFarm.Farm.Tests.Worker;

public sealed class ModelRegistrarTests : IDisposable
{
    private const string Key = "models/flipbook.json";

    private readonly ScratchFolder folder = new();
    private readonly FolderStore store;

    public ModelRegistrarTests() => store = new FolderStore(folder["store"], TimeProvider.System);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Register_NewModel_WritesWhatTheBrokerNeeds()
    {
        var package = OwnModel.Open();

        Assert.True(await ModelRegistrar.RegisterAsync(package, store, default));

        var manifest = JsonSerializer.Deserialize<RenderFarm.Contracts.Shots.ModelManifest>(
            await store.TryGetAsync(Key, 65536, default), FarmJson.Options)!;
        Assert.Equal(package.Digest, manifest.Digest);
        Assert.Equal(new FrameSize(160, 96), manifest.Sizes[0]);
        Assert.Equal(new FrameRate(8, 1), manifest.FrameRate);
        Assert.Equal(33, manifest.MaximumFrameCount);
        Assert.Equal(["euler"], manifest.Samplers);
    }

    [Fact]
    public void Describe_PackageWithCompanions_SaysWhatTheyAdd()
    {
        using var package = new CompanionPackage();

        var manifest = ModelRegistrar.Describe(package.Open());

        Assert.Equal((4, 2, true, 4), (
            manifest.Upscale,
            manifest.Interpolation,
            manifest.ScoresTakes,
            manifest.DraftStepCount));
        Assert.Contains("extend", manifest.Tasks);
    }

    [Fact]
    public void Describe_PackageWithoutCompanions_SaysThatNothingIsAdded()
    {
        using var package = CompanionPackage.Bare();

        var manifest = ModelRegistrar.Describe(ModelPackage.Open(package.Path));

        Assert.Equal((1, 1, false, 0), (
            manifest.Upscale,
            manifest.Interpolation,
            manifest.ScoresTakes,
            manifest.DraftStepCount));
    }

    [Fact]
    public async Task Register_Again_ChangesNothing()
    {
        var package = OwnModel.Open();
        await ModelRegistrar.RegisterAsync(package, store, default);

        Assert.False(await ModelRegistrar.RegisterAsync(package, store, default));
    }

    [Fact]
    public async Task Register_OverAnotherPackageOfItsName_ReplacesIt()
    {
        await store.PutIfAbsentAsync(Key, "{}"u8.ToArray(), "application/json", default);
        var package = OwnModel.Open();

        Assert.True(await ModelRegistrar.RegisterAsync(package, store, default));

        var text = await store.TryGetAsync(Key, 65536, default);
        Assert.Contains(package.Digest, System.Text.Encoding.UTF8.GetString(text!), default);
    }
}

/// <summary>The model that the project ships.</summary>
internal static class OwnModel
{
    public static ModelPackage Open()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(folder!.FullName, "models", "flipbook", "package")))
        {
            folder = folder.Parent;
        }

        return ModelPackage.Open(Path.Combine(folder.FullName, "models", "flipbook", "package"));
    }
}
