namespace RenderFarm.Worker.Attempts;

/// <summary>What a killed process left in the scratch folder.</summary>
internal static class Leftovers
{
    /// <summary>No attempt lasts so long: whoever made the folder is gone.</summary>
    private static readonly TimeSpan Age = TimeSpan.FromDays(1);

    /// <summary>Makes the scratch folder, and removes old attempts from it.</summary>
    public static void Remove(string scratchFolder, TimeProvider time)
    {
        var scratch = Directory.CreateDirectory(scratchFolder);
        var before = time.GetUtcNow() - Age;
        foreach (var folder in scratch.EnumerateDirectories())
        {
            // Somebody may have pointed the setting at a folder that holds more than ours.
            if (Guid.TryParse(folder.Name, out _) && folder.LastWriteTimeUtc < before)
            {
                folder.Delete(recursive: true);
            }
        }
    }
}
