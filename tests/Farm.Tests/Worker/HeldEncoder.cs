using System.Diagnostics;
using System.Globalization;

namespace RenderFarm.Farm.Tests.Worker;

/// <summary>
/// A folder for the front of a PATH whose ffmpeg never ends the clip that it is to encode, and is
/// the real one for everything else.
/// </summary>
internal sealed class HeldEncoder : IDisposable
{
    private readonly ScratchFolder folder = new();

    public HeldEncoder()
    {
        // It holds for ten minutes at most, should nobody end it.
        File.WriteAllText(folder["ffmpeg"], $$"""
            #!/bin/sh
            case "$*" in
              *rawvideo*clip.mp4*) echo $$ > '{{folder["pid"]}}'; exec sleep 600 ;;
            esac
            PATH=${PATH#*:}
            exec ffmpeg "$@"
            """);
        using var chmod = Process.Start("chmod", ["+x", folder["ffmpeg"]])!;
        chmod.WaitForExit();
    }

    public string SearchPath => $"{folder.Path}:{Environment.GetEnvironmentVariable("PATH")}";

    public void Dispose()
    {
        if (File.Exists(folder["pid"]))
        {
            var id = int.Parse(File.ReadAllText(folder["pid"]), CultureInfo.InvariantCulture);
            try
            {
                Process.GetProcessById(id).Kill();
            }
            catch (ArgumentException)
            {
                // It went with its worker.
            }
        }

        folder.Dispose();
    }
}
