using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RenderFarm.Storage.Folders;

/// <summary>The two things about names that .NET has no call for.</summary>
internal static partial class DurableNames
{
    private const int NameExists = 17; // EEXIST
    private const int ReadOnlyNotInherited = 0x80000; // O_RDONLY | O_CLOEXEC

    /// <summary>
    /// Gives a file a second name unless that is taken: one step of the kernel, which File.Move
    /// without overwriting (a look, then a rename) is not.
    /// </summary>
    public static bool TryLink(string path, string name)
    {
        if (Link(path, name) == 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == NameExists
            ? false
            : throw new IOException($"'{name}' cannot be linked", new Win32Exception(error));
    }

    /// <summary>
    /// Waits until the names in a folder are on disk: a file's own flush is only its bytes.
    /// </summary>
    public static void FlushFolder(string path)
    {
        var number = Open(path, ReadOnlyNotInherited);
        if (number < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw new IOException($"'{path}' cannot be opened", new Win32Exception(error));
        }

        using var folder = new SafeFileHandle(number, ownsHandle: true);
        RandomAccess.FlushToDisk(folder);
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string path, string name);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);
}
