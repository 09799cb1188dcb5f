using System.Security.Cryptography;
using RenderFarm.Broker.Jobs;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Storage;
using Xunit;

namespace RenderFarm.Broker.Tests.Jobs;

public sealed class InputFilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("renderfarm-film-").FullName;
    private readonly byte[] picture =
        File.ReadAllBytes(Path.Combine(Desk.Examples, "dusk.png"));

    private readonly byte[] sound =
        Convert.FromHexString("524946460000000057415645666d7420").Concat(new byte[64]).ToArray();

    [Fact]
    public async Task Store_FilesBesideTheStoryboard_BecomeObjects()
    {
        using var desk = await Desk.OpenAsync();
        Write("first.png", picture);
        Write("sounds/waves.wav", sound);
        var film = Film("first.png") with { Soundtrack = "sounds/waves.wav" };

        var stored = await StoreAsync(desk, film);

        var sha256 = Convert.ToHexStringLower(SHA256.HashData(picture));
        Assert.Empty(stored.Faults);
        Assert.Equal($"inputs/{sha256}", stored.Storyboard!.Shots[0].StartKeyframe!.Image);
        Assert.Equal(
            picture,
            await desk.Store.TryGetAsync(ObjectKeys.Input("studio", sha256), 1 << 20, default));
        var spec = await desk.PlanAsync(stored.Storyboard);
        Assert.Equal(sha256, spec.Shots[0].Task.Start!.ImageSha256);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(sound)), spec.SoundtrackSha256);
    }

    [Fact]
    public async Task Store_VideoBesideTheStoryboard_BecomesAnObject()
    {
        using var desk = await Desk.OpenAsync();
        byte[] video = [0, 0, 0, 24, .. "ftypisom"u8, .. new byte[64]];
        Write("waves.mp4", video);
        var film = new Storyboard
        {
            Shots = [new() { Prompt = "the sea", Source = new() { Video = "waves.mp4" } }],
        };

        var stored = await StoreAsync(desk, film);

        var sha256 = Convert.ToHexStringLower(SHA256.HashData(video));
        Assert.Empty(stored.Faults);
        Assert.Equal($"inputs/{sha256}", stored.Storyboard!.Shots[0].Source!.Video);
        Assert.Equal(
            video,
            await desk.Store.TryGetAsync(ObjectKeys.Input("studio", sha256), 1 << 20, default));
        var spec = await desk.PlanAsync(stored.Storyboard);
        Assert.Equal(sha256, spec.Shots[0].Task.Source!.VideoSha256);
    }

    [Fact]
    public async Task Store_MaskBesideTheStoryboard_BecomesAnObject()
    {
        using var desk = await Desk.OpenAsync(Desk.Flipbook with { Tasks = ["mask"] });
        Write("first.png", picture);
        Write("mask.png", picture);
        var film = Film("first.png");
        film = film with { Shots = [film.Shots[0] with { Mask = "mask.png" }] };

        var stored = await StoreAsync(desk, film);

        var sha256 = Convert.ToHexStringLower(SHA256.HashData(picture));
        Assert.Empty(stored.Faults);
        Assert.Equal($"inputs/{sha256}", stored.Storyboard!.Shots[0].Mask);
        var spec = await desk.PlanAsync(stored.Storyboard);
        Assert.Equal(sha256, spec.Shots[0].Task.MaskSha256);
    }

    [Fact]
    public async Task Read_PictureNamedAsAVideoToo_IsAFaultOfTheVideo()
    {
        using var desk = await Desk.OpenAsync();
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(picture));
        await desk.Store.PutIfAbsentAsync(
            ObjectKeys.Input("studio", sha256), picture, "image/png", default);
        var film = Film($"inputs/{sha256}");
        film = film with
        {
            Shots =
            [
                .. film.Shots,
                new() { Prompt = "the sea", Source = new() { Video = $"inputs/{sha256}" } },
            ],
        };

        var fault = Assert.Single((await desk.ReadAsync(film)).Faults);

        Assert.Equal(("bad-video", "$.shots[1].source.video"), (fault.Code, fault.Place));
    }

    [Fact]
    public async Task Read_MoreVideosThanAllowed_IsOneFault()
    {
        using var desk = await Desk.OpenAsync(new JobReaderOptions { MaxVideos = 0 });
        var film = new Storyboard
        {
            Shots =
            [
                new()
                {
                    Prompt = "the sea", Source = new() { Video = $"inputs/{new string('0', 64)}" },
                },
            ],
        };

        Assert.Equal(
            "too-many-videos", Assert.Single((await desk.ReadAsync(film)).Faults).Code);
    }

    [Fact]
    public async Task Store_Again_ChangesNothing()
    {
        using var desk = await Desk.OpenAsync();
        Write("first.png", picture);

        var once = await StoreAsync(desk, Film("first.png"));
        var twice = await StoreAsync(desk, once.Storyboard!);

        Assert.Empty(twice.Faults);
        Assert.Equal(
            once.Storyboard!.Shots[0].StartKeyframe, twice.Storyboard!.Shots[0].StartKeyframe);
    }

    [Theory]
    [InlineData("../first.png", "path-outside")]
    [InlineData("a/../../first.png", "path-outside")]
    [InlineData("/etc/hostname", "path-outside")]
    [InlineData("C:\\first.png", "path-outside")]
    [InlineData("a\\..\\first.png", "path-outside")]
    [InlineData("", "path-outside")]
    [InlineData("link.png", "path-outside")]
    [InlineData("linked/inner.png", "path-outside")]
    [InlineData("nowhere.png", "file-missing")]
    [InlineData("folder", "file-missing")]
    [InlineData("empty.png", "input-too-large")]
    [InlineData("pipe.png", "input-too-large")]
    [InlineData("large.png", "input-too-large")]
    [InlineData("words.png", "bad-image")]
    [InlineData("strip.png", "image-too-narrow")]
    [InlineData("poster.png", "image-too-large")]
    public async Task Store_FileThatCannotBeUsed_IsAFault(string name, string code)
    {
        using var desk = await Desk.OpenAsync();
        Write("folder/inner.png", picture);
        Write("empty.png", []);
        Write("words.png", "a picture"u8.ToArray());
        Write("strip.png", Png(801, 100));
        Write("poster.png", Png(8000, 8000));
        using (var large = File.Create(Path.Combine(folder, "large.png")))
        {
            large.SetLength((20 << 20) + 1);
        }

        File.CreateSymbolicLink(
            Path.Combine(folder, "link.png"), Path.Combine(folder, "words.png"));
        Directory.CreateSymbolicLink(
            Path.Combine(folder, "linked"), Path.Combine(folder, "folder"));
        using (var pipe = System.Diagnostics.Process.Start(
            "mkfifo", [Path.Combine(folder, "pipe.png")]))
        {
            await pipe.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var stored = await StoreAsync(desk, Film(name));

        var fault = Assert.Single(stored.Faults);
        Assert.Equal((code, "$.shots[0].startKeyframe.image"), (fault.Code, fault.Place));
        Assert.Null(stored.Storyboard!.Shots[0].StartKeyframe);
    }

    [Theory]
    [InlineData("an.png", "input-not-stored")]
    [InlineData("inputs/../x", "input-not-stored")]
    [InlineData("inputs/ABCDEF", "input-not-stored")]
    public async Task Read_NameThatIsNoObject_IsAFault(string name, string code)
    {
        using var desk = await Desk.OpenAsync();

        var reading = await desk.ReadAsync(Film(name));

        Assert.Equal(code, Assert.Single(reading.Faults).Code);
    }

    [Fact]
    public async Task Read_ObjectOfAnotherDigest_IsAFault()
    {
        using var desk = await Desk.OpenAsync();
        var sha256 = new string('0', 64);
        await desk.Store.PutIfAbsentAsync(
            ObjectKeys.Input("studio", sha256), picture, "image/png", default);

        var reading = await desk.ReadAsync(Film($"inputs/{sha256}"));

        Assert.Equal("input-damaged", Assert.Single(reading.Faults).Code);
    }

    [Fact]
    public async Task Read_ScriptOverTheBus_CannotNameFiles()
    {
        using var desk = await Desk.OpenAsync();

        var reading = await desk.ReadAsync(
            ScriptFormat.Text, "a boat\n\nbirds\n[[shot: start /etc/passwd]]");

        var fault = Assert.Single(reading.Faults);
        Assert.Equal(("input-not-stored", "line 4"), (fault.Code, fault.Place));
    }

    [Fact]
    public async Task Read_MoreImagesThanAllowed_IsOneFault()
    {
        using var desk = await Desk.OpenAsync(new JobReaderOptions { MaxImages = 0 });

        var reading = await desk.ReadAsync(Film($"inputs/{new string('0', 64)}"));

        Assert.Equal("too-many-images", Assert.Single(reading.Faults).Code);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static Storyboard Film(string image) => new()
    {
        Shots = [new() { Prompt = "a boat", StartKeyframe = new() { Image = image } }],
    };

    /// <summary>The first bytes of a PNG of that size, which are all that is looked at.</summary>
    private static byte[] Png(int width, int height) =>
    [
        0x89, .. "PNG\r\n\x1a\n"u8, 0, 0, 0, 13, .. "IHDR"u8,
        .. BitConverter.GetBytes(width).Reverse(), .. BitConverter.GetBytes(height).Reverse(),
    ];

    private void Write(string name, byte[] bytes)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    private Task<StoryboardReading> StoreAsync(Desk desk, Storyboard film) =>
        InputFiles.StoreAsync(film, folder, desk.Store, "studio", default);
}
