using System.Security.Cryptography;
using System.Text;
using Xunit;

namespace RenderFarm.Storage.Tests;

/// <summary>What every store promises; each store runs all of it.</summary>
public abstract class ObjectStoreContract : IAsyncLifetime
{
    private readonly DirectoryInfo scratch = Directory.CreateTempSubdirectory("farm-store-");

    private readonly string tenant = "t" + Guid.NewGuid().ToString("n")[..12];

    internal IObjectStore Store { get; private set; } = null!;

    protected string Scratch => scratch.FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Store = await OpenAsync();

    public virtual ValueTask DisposeAsync()
    {
        scratch.Delete(recursive: true);
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task PutIfAbsent_NewKey_WritesIt()
    {
        var wrote = await Store.PutIfAbsentAsync(Key("a"), Bytes("one"), "text/plain", Token);

        Assert.True(wrote);
        Assert.Equal("one", await TextAsync(Key("a")));
    }

    [Fact]
    public async Task PutIfAbsent_ExistingKey_KeepsTheFirst()
    {
        await Store.PutIfAbsentAsync(Key("a"), Bytes("one"), "text/plain", Token);

        var wrote = await Store.PutIfAbsentAsync(Key("a"), Bytes("two"), "text/plain", Token);

        Assert.False(wrote);
        Assert.Equal("one", await TextAsync(Key("a")));
    }

    [Fact]
    public async Task PutIfAbsent_SameBytesByTwo_OnlyOneWroteThem()
    {
        var first = await Store.PutIfAbsentAsync(Key("a"), Bytes("same"), "text/plain", Token);
        var second = await Store.PutIfAbsentAsync(Key("a"), Bytes("same"), "text/plain", Token);

        Assert.Equal((true, false), (first, second));
    }

    [Fact]
    public async Task PutIfAbsent_Race_HasOneWinnerWhoseBytesStay()
    {
        var won = await Task.WhenAll(Enumerable.Range(0, 16).Select(writer =>
            Store.PutIfAbsentAsync(Key("raced"), Bytes($"writer {writer}"), "text/plain", Token)));

        var winner = Assert.Single(Enumerable.Range(0, 16), writer => won[writer]);
        Assert.Equal($"writer {winner}", await TextAsync(Key("raced")));
    }

    [Fact]
    public async Task PutIfAbsent_NoBytes_MakesAnEmptyObject()
    {
        await Store.PutIfAbsentAsync(Key("empty"), Bytes(""), "text/plain", Token);

        Assert.Equal("", await TextAsync(Key("empty")));
    }

    [Fact]
    public async Task PutIfAbsent_AfterDelete_WritesAgain()
    {
        await Store.PutIfAbsentAsync(Key("a"), Bytes("one"), "text/plain", Token);
        await Store.DeleteAsync(Key("a"), Token);

        Assert.True(await Store.PutIfAbsentAsync(Key("a"), Bytes("two"), "text/plain", Token));
    }

    [Fact]
    public async Task TryGet_UnknownKey_IsNull() =>
        Assert.Null(await Store.TryGetAsync(Key("nothing"), 10, Token));

    [Fact]
    public async Task TryGet_LargerThanAllowed_Throws()
    {
        await Store.PutIfAbsentAsync(Key("a"), Bytes("12345"), "text/plain", Token);

        var error = await Assert.ThrowsAsync<InvalidDataException>(
            () => Store.TryGetAsync(Key("a"), 4, Token));

        Assert.Contains("5 bytes, more than the 4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PutFile_ExistingKey_IsReplaced()
    {
        await Store.PutIfAbsentAsync(Key("a"), Bytes("old"), "text/plain", Token);

        await Store.PutFileAsync(Key("a"), await FileAsync("new"u8.ToArray()), "text/plain", Token);

        Assert.Equal("new", await TextAsync(Key("a")));
    }

    [Fact]
    public async Task PutFile_LargerThanOnePart_ComesBackWhole()
    {
        var bytes = new byte[33 * 1024 * 1024 + 7];
        new Random(7).NextBytes(bytes);
        var back = Path.Combine(Scratch, "back");

        await Store.PutFileAsync(Key("clip"), await FileAsync(bytes), "video/mp4", Token);
        await Store.GetFileAsync(Key("clip"), back, Token);

        await using var read = File.OpenRead(back);
        Assert.Equal(SHA256.HashData(bytes), await SHA256.HashDataAsync(read, Token));
        Assert.Equal(bytes.Length, (await Store.TryHeadAsync(Key("clip"), Token))?.ByteCount);
    }

    [Fact]
    public async Task PutFile_MissingFile_LeavesNoObject()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => Store.PutFileAsync(
            Key("a"), Path.Combine(Scratch, "missing"), "video/mp4", Token));

        Assert.Null(await Store.TryHeadAsync(Key("a"), Token));
    }

    [Fact]
    public async Task GetFile_UnknownKey_SaysWhichAndWritesNothing()
    {
        var path = Path.Combine(Scratch, "target");

        var error = await Assert.ThrowsAsync<ObjectNotFoundException>(
            () => Store.GetFileAsync(Key("nothing"), path, Token));

        Assert.Equal(Key("nothing"), error.Key);
        Assert.Empty(Directory.GetFiles(Scratch, "target*"));
    }

    [Fact]
    public async Task GetFile_ExistingFile_IsReplaced()
    {
        var path = await FileAsync("a longer text that was there before"u8.ToArray());
        await Store.PutIfAbsentAsync(Key("a"), Bytes("short"), "text/plain", Token);

        await Store.GetFileAsync(Key("a"), path, Token);

        Assert.Equal("short", await File.ReadAllTextAsync(path, Token));
    }

    [Fact]
    public async Task TryHead_Object_TellsItsSizeAndTime()
    {
        var before = TimeProvider.System.GetUtcNow();
        await Store.PutIfAbsentAsync(Key("a"), Bytes("12345"), "text/plain", Token);

        var known = await Store.TryHeadAsync(Key("a"), Token);

        Assert.Equal((Key("a"), 5L), (known?.Key, known?.ByteCount));
        Assert.InRange(known!.ModifiedAt, before.AddSeconds(-2), before.AddMinutes(1));
    }

    [Fact]
    public async Task TryHead_UnknownKey_IsNull() =>
        Assert.Null(await Store.TryHeadAsync(Key("nothing"), Token));

    [Fact]
    public async Task List_Prefix_GivesItsKeysInOrder()
    {
        foreach (var name in new[] { "b/2", "b/10", "a", "b/1", "b-x", "c" })
        {
            await Store.PutIfAbsentAsync(Key(name), Bytes(name), "text/plain", Token);
        }

        var all = await KeysAsync(Key(""));
        var some = await KeysAsync(Key("b/1"));

        Assert.Equal(new[] { "a", "b-x", "b/1", "b/10", "b/2", "c" }.Select(Key), all);
        Assert.Equal(new[] { "b/1", "b/10" }.Select(Key), some);
    }

    [Fact]
    public async Task List_UnknownPrefix_IsEmpty() => Assert.Empty(await KeysAsync(Key("none/")));

    [Fact]
    public async Task List_MoreThanOnePage_GivesAll()
    {
        var names = Enumerable.Range(0, 1100).Select(i => Key($"many/{i:d5}")).ToList();
        await Parallel.ForEachAsync(names, Token, async (name, token) =>
            await Store.PutIfAbsentAsync(name, Bytes("x"), "text/plain", token));

        Assert.Equal(names, await KeysAsync(Key("many/")));
    }

    [Fact]
    public async Task RemoveUnfinished_WriteThatNeverEnded_GoesAndObjectsStay()
    {
        await Store.PutIfAbsentAsync(Key("a"), Bytes("one"), "text/plain", Token);
        await LeaveUnfinishedAsync(Key("b"));
        await LeaveUnfinishedAsync(Key("c"));
        await LeaveUnfinishedAsync(Key("d"));
        var later = TimeProvider.System.GetUtcNow().AddHours(1);

        Assert.Equal(2, await Store.RemoveUnfinishedAsync(later, most: 2, Token));
        Assert.InRange(await Store.RemoveUnfinishedAsync(later, most: 100, Token), 1, 98);
        Assert.Equal(0, await Store.RemoveUnfinishedAsync(later, most: 100, Token));
        Assert.Equal("one", await TextAsync(Key("a")));
        Assert.Equal([Key("a")], await KeysAsync(Key("")));
    }

    [Fact]
    public async Task RemoveUnfinished_YoungerThanAsked_Stays()
    {
        await LeaveUnfinishedAsync(Key("a"));
        var now = TimeProvider.System.GetUtcNow();

        Assert.Equal(0, await Store.RemoveUnfinishedAsync(now.AddHours(-1), most: 100, Token));
        Assert.NotEqual(0, await Store.RemoveUnfinishedAsync(now.AddHours(1), most: 100, Token));
    }

    [Fact]
    public async Task Delete_UnknownKey_IsHarmless()
    {
        await Store.DeleteAsync(Key("no/such/folder"), Token);

        Assert.Null(await Store.TryHeadAsync(Key("no/such/folder"), Token));
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("t/../../outside")]
    [InlineData("/etc/passwd")]
    [InlineData("t//a")]
    [InlineData("t/a/")]
    [InlineData("t/.hidden")]
    [InlineData("t\\a")]
    [InlineData("t/a b")]
    [InlineData("t/ä")]
    [InlineData("")]
    public async Task Keys_Unsound_AreRefusedByEveryCall(string key)
    {
        await Assert.ThrowsAsync<ArgumentException>(
            () => Store.PutIfAbsentAsync(key, Bytes("x"), "text/plain", Token));
        await Assert.ThrowsAsync<ArgumentException>(
            () => Store.PutFileAsync(key, Scratch, "text/plain", Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.TryGetAsync(key, 1, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.GetFileAsync(key, Scratch, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.TryHeadAsync(key, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.DeleteAsync(key, Token));
        Assert.Throws<ArgumentException>(() => Store.PresignGet(key, TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task ProbeConditionalWrites_ThisStore_HoldsAndLeavesNothing()
    {
        Assert.True(await Store.ProbeConditionalWritesAsync(Token));

        Assert.Empty(await KeysAsync("probes/"));
    }

    /// <summary>A new store, empty under this test's keys.</summary>
    internal abstract Task<IObjectStore> OpenAsync();

    /// <summary>Begins to write an object as a process does that dies in between.</summary>
    internal abstract Task LeaveUnfinishedAsync(string key);

    protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected string Key(string name) => $"t/{tenant}/{name}";

    private async Task<string?> TextAsync(string key) =>
        await Store.TryGetAsync(key, 1024, Token) is { } bytes
            ? Encoding.UTF8.GetString(bytes)
            : null;

    private ValueTask<List<string>> KeysAsync(string prefix) =>
        Store.ListAsync(prefix, Token).Select(found => found.Key).ToListAsync(Token);

    private async Task<string> FileAsync(byte[] bytes)
    {
        var path = Path.Combine(Scratch, Guid.NewGuid().ToString("n"));
        await File.WriteAllBytesAsync(path, bytes, Token);
        return path;
    }
}
