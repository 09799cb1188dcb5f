using System.Diagnostics;
using System.Globalization;

namespace RenderFarm.Benchmarks.Processes;

/// <summary>
/// Ends everything that was started, however this process ends: it is a process of its own that
/// waits for the end of a pipe, and then kills whoever bears this run's tag in the environment,
/// which every child of a child inherits.
/// </summary>
internal sealed class Reaper : IAsyncDisposable
{
    private const string Variable = "RENDERFARM_RUN";

    private const string Script =
        """
        while read -r line; do last=$line; done
        for round in 1 2 3; do
          for environ in /proc/[0-9]*/environ; do
            if grep -qzx "$0" "$environ" 2> /dev/null; then
              pid=${environ#/proc/}
              kill -KILL "${pid%/environ}" 2> /dev/null
            fi
          done
          sleep 0.1
        done
        if [ "${last:-}" = remove ]; then rm -rf "$1"; fi
        """;

    private readonly Process process;
    private readonly string tag = Guid.CreateVersion7().ToString("n");

    /// <summary>Begins to watch; the folder is removed when the run ends in good order.</summary>
    public Reaper(string folder)
    {
        // In a session of its own, so that Ctrl-C does not reach it.
        process = Process.Start(new ProcessStartInfo("setsid")
        {
            ArgumentList = { "bash", "-c", Script, $"{Variable}={tag}", folder },
            RedirectStandardInput = true,
        })!;
    }

    /// <summary>Marks a process that is about to be started.</summary>
    public void Mark(ProcessStartInfo start) => start.Environment[Variable] = tag;

    /// <summary>The processes that bear this run's mark now.</summary>
    public IEnumerable<int> FindMarked()
    {
        var mark = $"{Variable}={tag}";
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(
                Path.GetFileName(folder.AsSpan()), CultureInfo.InvariantCulture, out var id)
                && ReadEnvironment(folder).Split('\0').Contains(mark))
            {
                yield return id;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await process.StandardInput.WriteLineAsync("remove");
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static string ReadEnvironment(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "environ"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
