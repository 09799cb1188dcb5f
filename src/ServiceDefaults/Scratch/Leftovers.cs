namespace RenderFarm.ServiceDefaults.Scratch;

/// <summary>What a killed process left in the scratch folder.</summary>
public static class Leftovers
{
    /// <summary>No try lasts so long: whoever made the folder is gone.</summary>
    private static readonly TimeSpan Age = TimeSpan.FromDays(1);

    /// <summary>Makes the scratch folder, and removes the folders of old tries from it.</summary>
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
