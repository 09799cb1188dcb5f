namespace RenderFarm.Storage;

/// <summary>Files that are there whole or not at all.</summary>
internal static class WholeFile
{
    /// <summary>
    /// Writes a file beside its place and then puts it there, over what was there.
    /// </summary>
    public static async Task WriteAsync(string path, Func<FileStream, Task> write)
    {
        var part = $"{path}.{Guid.CreateVersion7():n}.part";
        await FlushAsync(part, write);
        File.Move(part, path, overwrite: true);
    }

    /// <summary>
    /// Writes a new file and waits until it is on disk; leaves none behind on failure.
    /// </summary>
    public static async Task FlushAsync(string path, Func<FileStream, Task> write)
    {
        try
        {
            await using var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Options = FileOptions.Asynchronous,
            });
            await write(file);
            file.Flush(flushToDisk: true);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }
}
