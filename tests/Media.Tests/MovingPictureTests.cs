using System.Text;
using Xunit;

namespace RenderFarm.Media.Tests;

public sealed class MovingPictureTests : IDisposable
{
    private readonly Studio studio = new();

    [Fact]
    public async Task MovingPicture_OfASecond_HasEightPicturesAndGoesRound()
    {
        var clip = await studio.WriteClipAsync(1, 24);
        var path = studio.PathOf("preview.webp");

        await new MovingPicture(TimeProvider.System).WriteAsync(
            clip.Path, path, CancellationToken.None);

        var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(path));
        Assert.StartsWith("RIFF", text, StringComparison.Ordinal);
        Assert.Equal(MovingPicture.Rate, text.Split("ANMF").Length - 1);
        // The chunk's four bytes of background, then how often it is played: 0 is for ever.
        var header = text.IndexOf("ANIM", StringComparison.Ordinal);
        Assert.Equal("\0\0", text.Substring(header + 12, 2));
    }

    [Fact]
    public async Task MovingPicture_OfWhatIsNoFilm_LeavesNoFile()
    {
        var film = studio.PathOf("film.mp4");
        await File.WriteAllTextAsync(film, "no film");

        await Assert.ThrowsAsync<FfmpegException>(() =>
            new MovingPicture(TimeProvider.System).WriteAsync(
                film, studio.PathOf("preview.webp"), CancellationToken.None));

        Assert.Equal([film], Directory.GetFiles(studio.Folder));
    }

    public void Dispose() => studio.Dispose();
}
