using RenderFarm.Broker.Jobs;
using Xunit;

namespace RenderFarm.Broker.Tests.Jobs;

public sealed class InputHeaderTests
{
    // Red pictures of 48x32, written by ffmpeg.
    private const string Jpeg =
        "/9j/4AAQSkZJRgABAgAAAQABAAD//gAQTGF2YzU5LjM3LjEwMAD/2wBDAAgEBAQEBAUFBQUFBQYGBgYGBgYGBgYG"
        + "BgYHBwcICAgHBwcGBgcHCAgICAkJCQgICAgJCQoKCgwMCwsODg4RERT/xABNAAEBAAAAAAAAAAAAAAAAAAAABgEB"
        + "AQEAAAAAAAAAAAAAAAAAAAYHEAEAAAAAAAAAAAAAAAAAAAAAEQEAAAAAAAAAAAAAAAAAAAAA/8AAEQgAIAAwAwEi"
        + "AAIRAAMRAP/aAAwDAQACEQMRAD8AiwEo38AAAAAAAAAB/9k=";

    private const string Webp =
        "UklGRk4AAABXRUJQVlA4IEIAAABQAwCdASowACAAPpFGnkslo6KhpWgAsBIJZwDO3oAAK/fDcAD+7tPf/2LOWwLx"
        + "//7nA/7nA/7nA/jbB+29aoAAAAA=";

    private const string LosslessWebp = "UklGRhwAAABXRUJQVlA4TA8AAAAvL8AHAAcQ9Y/+ByKi/wEA";

    [Theory]
    [InlineData(Jpeg, "image/jpeg")]
    [InlineData(Webp, "image/webp")]
    [InlineData(LosslessWebp, "image/webp")]
    public void Read_Image_HasItsKindAndSize(string base64, string type)
    {
        var header = ImageHeader.Read(Convert.FromBase64String(base64));

        Assert.Equal(new ImageHeader(type, 48, 32), header);
    }

    [Fact]
    public void Read_ExamplePng_HasItsKindAndSize()
    {
        var bytes = File.ReadAllBytes(Path.Combine(Desk.Examples, "dusk.png"));

        Assert.Equal(new ImageHeader("image/png", 640, 384), ImageHeader.Read(bytes));
    }

    [Fact]
    public void Read_ExtendedWebp_HasTheCanvasSize()
    {
        byte[] bytes =
        [
            .. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8X"u8, 10, 0, 0, 0, 0, 0, 0, 0, 47, 0, 0, 31, 0, 0,
        ];

        Assert.Equal(new ImageHeader("image/webp", 48, 32), ImageHeader.Read(bytes));
    }

    [Theory]
    [InlineData(Jpeg)]
    [InlineData(Webp)]
    [InlineData(LosslessWebp)]
    public void Read_CutShortOrBent_NeverThrows(string base64)
    {
        var bytes = Convert.FromBase64String(base64);
        var random = new Random(1);

        for (var round = 0; round < 2000; round++)
        {
            var bent = bytes[..random.Next(bytes.Length + 1)];
            for (var change = 0; change < 3 && bent.Length > 0; change++)
            {
                bent[random.Next(bent.Length)] = (byte)random.Next(256);
            }

            Assert.True(ImageHeader.Read(bent) is null or { Width: > 0, Height: > 0 });
        }
    }

    [Theory]
    [InlineData("494433040000000000235453534500000000", "audio/mpeg")]
    [InlineData("fffb9064000ff000006900000008000000", "audio/mpeg")]
    [InlineData("664c6143000000221200120000001000", "audio/flac")]
    [InlineData("4f6767530002000000000000000002f2a0", "audio/ogg")]
    [InlineData("0000001c667479704d34412000000200", "audio/mp4")]
    [InlineData("524946460000000057415645666d7420", "audio/wav")]
    [InlineData("524946460000000057454250565038200000", null)]
    [InlineData("fff15080000000000000000000000000", null)]
    [InlineData("494433", null)]
    [InlineData("", null)]
    public void ContentTypeOf_FirstBytes_TellTheKind(string hex, string? type)
    {
        var bytes = Convert.FromHexString(hex.Length % 2 == 0 ? hex : hex[..^1]);

        Assert.Equal(type, SoundHeader.ContentTypeOf(bytes));
    }

    [Theory]
    [InlineData("0000001c6674797069736f6d00000200", "video/mp4")]
    [InlineData("00000014667479707174202000000200", "video/quicktime")]
    [InlineData("1a45dfa39f4286810142f7810142f281", "video/webm")]
    [InlineData("0000001c667479704d34412000000200", null)]
    [InlineData("0000001c6d6f6f766d34412000000200", null)]
    [InlineData("52494646000000004156492000000000", null)]
    [InlineData("0000001c66747970", null)]
    [InlineData("", null)]
    public void ContentTypeOf_FirstBytes_TellAVideo(string hex, string? type) =>
        Assert.Equal(type, VideoHeader.ContentTypeOf(Convert.FromHexString(hex)));
}
