using RenderFarm.ServiceDefaults.Scratch;
using Xunit;

namespace RenderFarm.Farm.Tests.Worker;

public sealed class LeftoversTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Remove_OldAttempts_AndNothingElse()
    {
        var (old, recent) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        Make(old, days: 2);
        Make(recent, days: 0);
        Make("somebody-elses", days: 99);

        Leftovers.Remove(folder.Path, TimeProvider.System);

        Assert.Equal(
            new[] { recent, "somebody-elses" }.Order(StringComparer.Ordinal),
            Directory.EnumerateDirectories(folder.Path)
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Remove_NoFolderYet_MakesIt()
    {
        Leftovers.Remove(folder["new"], TimeProvider.System);

        Assert.True(Directory.Exists(folder["new"]));
    }

    private void Make(string name, int days)
    {
        var made = Directory.CreateDirectory(folder[name]);
        File.WriteAllText(Path.Combine(made.FullName, "clip.mp4"), "");
        made.LastWriteTimeUtc = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-days);
    }
}
