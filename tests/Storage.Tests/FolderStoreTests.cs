using RenderFarm.Storage.Folders;
using Xunit;

namespace RenderFarm.Storage.Tests;

public sealed class FolderStoreTests : ObjectStoreContract
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Root => Path.Combine(Scratch, "a store #1");

    [Fact]
    public async Task Write_Interrupted_LeavesNoObjectAndIsTidiedUpLater()
    {
        // A write that a crash ended stays under its unfinished name.
        var leftover = Path.Combine(Root, ".unfinished", "leftover");
        await File.WriteAllTextAsync(leftover, "half", Token);
        File.SetLastWriteTimeUtc(leftover, DateTime.UnixEpoch);

        _ = new FolderStore(Root, TimeProvider.System);

        Assert.False(File.Exists(leftover));
    }

    [Fact]
    public async Task Write_UnderWayElsewhere_IsNotListedNorTidiedUp()
    {
        var busy = Path.Combine(Root, ".unfinished", "busy");
        await File.WriteAllTextAsync(busy, "half", Token);

        var store = new FolderStore(Root, TimeProvider.System);

        Assert.True(File.Exists(busy));
        Assert.Empty(await store.ListAsync("", Token).ToListAsync(Token));
    }

    [Fact]
    public async Task PutIfAbsent_TwoStoresOnOneFolder_HaveOneWinner()
    {
        var other = new FolderStore(Root, TimeProvider.System);

        var won = await Task.WhenAll(Enumerable.Range(0, 32).Select(writer =>
            (writer % 2 == 0 ? Store : other).PutIfAbsentAsync(
                Key("raced"), Bytes($"writer {writer}"), "text/plain", Token)));

        Assert.Equal(1, won.Count(w => w));
        Assert.Empty(Directory.GetFiles(Path.Combine(Root, ".unfinished")));
    }

    [Fact]
    public async Task PresignGet_Object_IsAFileUriThatReadsIt()
    {
        await Store.PutIfAbsentAsync(Key("a"), Bytes("one"), "text/plain", Token);

        var url = Store.PresignGet(Key("a"), TimeSpan.FromMinutes(1));

        Assert.Equal("file", url.Scheme);
        Assert.Equal("one", await File.ReadAllTextAsync(url.LocalPath, Token));
    }

    [Fact]
    public void Open_FolderThatCannotBe_NamesTheSetting()
    {
        var file = Path.Combine(Scratch, "file");
        File.WriteAllText(file, "");

        var error = Assert.Throws<StoreException>(() => new FolderStore(file, TimeProvider.System));

        Assert.Contains("Storage__Folder", error.Message, StringComparison.Ordinal);
    }

    internal override Task LeaveUnfinishedAsync(string key) =>
        File.WriteAllTextAsync(
            Path.Combine(Root, ".unfinished", key.Replace('/', '-')), "half", Token);

    internal override Task<IObjectStore> OpenAsync() =>
        Task.FromResult<IObjectStore>(new FolderStore(Root, TimeProvider.System));
}
