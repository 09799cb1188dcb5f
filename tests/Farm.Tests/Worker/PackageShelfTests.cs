using RenderFarm.Diffusion;
using RenderFarm.Diffusion.Tests.Miniatures;
using RenderFarm.Storage;
using RenderFarm.Storage.Folders;
using RenderFarm.Worker.Packages;
using Xunit;

namespace RenderFarm.Farm.Tests.Worker;

/// <summary>Packages in the object store, and the folder that workers fetch them into.</summary>
public sealed class PackageShelfTests : IDisposable
{
    private const long Plenty = 1L << 40;

    private readonly ScratchFolder folder = new();
    private readonly FaultyStore store;

    public PackageShelfTests() =>
        store = new FaultyStore(new FolderStore(folder["store"], TimeProvider.System));

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Fetch_PackageOfTheStore_IsTheOneThatWasAdded()
    {
        var package = await AddAsync("sd15");

        using var lease = await Shelf().FetchAsync(package.Digest, store, default);

        Assert.Equal(folder["shelf/" + package.Digest], lease.Folder);
        Assert.Equal(package.Contents, ModelPackage.Open(lease.Folder).Contents);
        Assert.Equal([(package.Name, package.Digest)], Names(Shelf()));
    }

    [Fact]
    public async Task Add_PackageThatIsThere_UploadsNothing()
    {
        var package = await AddAsync("sd15");
        store.Before = (call, key) => call == nameof(IObjectStore.PutFileAsync)
            ? throw new IOException($"{key} was uploaded again")
            : Task.CompletedTask;

        Assert.False(await PackageObjects.AddAsync(package, store, default));
    }

    [Fact]
    public async Task Fetch_PackageThatIsThere_DownloadsNothing()
    {
        var package = await AddAsync("sd15");
        (await Shelf().FetchAsync(package.Digest, store, default)).Dispose();
        store.Before = (call, key) => call == nameof(IObjectStore.GetFileAsync)
            ? throw new IOException($"{key} was downloaded again")
            : Task.CompletedTask;

        using var lease = await Shelf().FetchAsync(package.Digest, store, default);

        Assert.True(File.Exists(Path.Combine(lease.Folder, "unet/model.onnx")));
    }

    [Fact]
    public async Task Fetch_FileThatWasChanged_IsRefusedAndLeavesNothing()
    {
        var package = await AddAsync("sd15");
        var unet = package.Contents.Single(file => file.Path == "unet/model.onnx");
        var other = package.Contents.Single(file => file.Path == "vae_decoder/model.onnx");
        await store.PutFileAsync(
            ObjectKeys.ModelPackageFile(package.Digest, unet.Sha256),
            Path.Combine(package.Folder, other.Path),
            "application/octet-stream",
            default);

        var fault = await Assert.ThrowsAsync<ModelException>(
            () => Shelf().FetchAsync(package.Digest, store, default));

        Assert.Equal(
            $"unet/model.onnx: expected SHA-256 {unet.Sha256}, found {other.Sha256}",
            fault.Message);
        Assert.Empty(Directory.EnumerateDirectories(folder["shelf"]));
    }

    [Fact]
    public async Task Fetch_DownloadThatBreaks_LeavesNothingAndCanBeRepeated()
    {
        var package = await AddAsync("sd15");
        var count = 0;
        store.Before = (call, _) => call == nameof(IObjectStore.GetFileAsync) && ++count == 5
            ? throw new IOException("the line broke")
            : Task.CompletedTask;

        await Assert.ThrowsAsync<IOException>(
            () => Shelf().FetchAsync(package.Digest, store, default));

        Assert.Empty(Directory.EnumerateDirectories(folder["shelf"]));
        using var lease = await Shelf().FetchAsync(package.Digest, store, default);
        Assert.Equal(package.Digest, ModelPackage.Open(lease.Folder).Digest);
    }

    [Fact]
    public async Task Fetch_FullShelf_GivesUpWhatWasUsedLongestAgo()
    {
        var first = await AddAsync("sd15");
        var second = await AddAsync("sdxl");
        var third = await AddAsync("wan21-t2v");
        var shelf = Shelf(Size(first) + Size(second) + Size(third) - 1);
        (await shelf.FetchAsync(second.Digest, store, default)).Dispose();
        (await shelf.FetchAsync(first.Digest, store, default)).Dispose();
        Used(first, minutesAgo: 1);
        Used(second, minutesAgo: 2);

        (await shelf.FetchAsync(third.Digest, store, default)).Dispose();

        Assert.Equal([first.Digest, third.Digest], Names(shelf).Select(one => one.Digest));
    }

    [Fact]
    public async Task Fetch_FullShelf_NeverGivesUpWhatIsInUse()
    {
        var first = await AddAsync("sd15");
        var second = await AddAsync("sdxl");
        var third = await AddAsync("wan21-t2v");
        var shelf = Shelf(Size(first) + Size(second) + Size(third) - 1);
        (await shelf.FetchAsync(second.Digest, store, default)).Dispose();

        using var lease = await shelf.FetchAsync(first.Digest, store, default);
        Used(first, minutesAgo: 9);
        (await shelf.FetchAsync(third.Digest, store, default)).Dispose();

        Assert.Equal([first.Digest, third.Digest], Names(shelf).Select(one => one.Digest));
        Assert.False(shelf.Remove(first.Digest));
    }

    [Fact]
    public async Task Fetch_ShelfFullOfWhatIsInUse_SaysHowMuchRoomIsMissing()
    {
        var first = await AddAsync("sd15");
        var second = await AddAsync("sdxl");
        var shelf = Shelf(Size(first) + 1000);
        using var lease = await shelf.FetchAsync(first.Digest, store, default);

        var fault = await Assert.ThrowsAsync<ModelException>(
            () => shelf.FetchAsync(second.Digest, store, default));

        Assert.Contains($"found {Size(second) - 1000} too few", fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_ManyAtOnce_AllGetThePackage()
    {
        var package = await AddAsync("sd15");

        var leases = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            () => Shelf().FetchAsync(package.Digest, store, default))));

        Assert.All(leases, lease => Assert.True(
            File.Exists(Path.Combine(lease.Folder, "model_index.json"))));
        Assert.Single(Directory.EnumerateDirectories(folder["shelf"]));
        Array.ForEach(leases, lease => lease.Dispose());
    }

    [Fact]
    public async Task Fetch_ListThatClimbsOut_IsRefused()
    {
        var package = await AddAsync("sd15");
        var key = ObjectKeys.ModelPackageFiles(package.Digest);
        var file = folder["list.json"];
        var text = System.Text.Encoding.UTF8.GetString((await store.TryGetAsync(
            key, 1 << 20, default))!);
        await File.WriteAllTextAsync(
            file, text.Replace("\"unet/model.onnx\"", "\"../../out\"", StringComparison.Ordinal));
        await store.PutFileAsync(key, file, "application/json", default);

        var fault = await Assert.ThrowsAsync<ModelException>(
            () => Shelf().FetchAsync(package.Digest, store, default));

        Assert.EndsWith("found '../../out'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Remove_PackageOfTheStore_LeavesNoObject()
    {
        var package = await AddAsync("sd15");

        Assert.True(await PackageObjects.RemoveAsync(package.Digest, store, default));

        Assert.False(await PackageObjects.RemoveAsync(package.Digest, store, default));
        Assert.Empty(await store.ListAsync("packages/", default).ToListAsync());
        await Assert.ThrowsAsync<ModelException>(
            () => Shelf().FetchAsync(package.Digest, store, default));
    }

    private async Task<ModelPackage> AddAsync(string name)
    {
        var package = Miniature.Open(name);
        Assert.True(await PackageObjects.AddAsync(package, store, default));
        return package;
    }

    private PackageShelf Shelf(long mostBytes = Plenty) =>
        new(folder["shelf"], mostBytes, TimeProvider.System);

    private void Used(ModelPackage package, int minutesAgo) => File.SetLastWriteTimeUtc(
        folder[$"shelf/{package.Digest}.lock"],
        TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-minutesAgo));

    private static long Size(ModelPackage package) =>
        package.Contents.Sum(file => file.ByteCount);

    private static IEnumerable<(string Name, string Digest)> Names(PackageShelf shelf) =>
        shelf.List().Select(package => (package.Name, package.Digest));
}
