using System.Text;

namespace RenderFarm.Storage;

/// <summary>
/// What every store accepts as a key, so that one store's keys are good for the other.
/// </summary>
internal static class ObjectNames
{
    /// <summary>S3's limit.</summary>
    private const int MaxByteCount = 1024;

    /// <exception cref="ArgumentException">
    /// It is empty, too long, starts or ends with a slash, or has a part that is empty, starts with
    /// a dot, or holds anything but letters, digits, '-', '_' and '.'.
    /// </exception>
    public static void Check(string key)
    {
        if (key.Length == 0 || !IsPrefix(key) || key[^1] == '/')
        {
            throw new ArgumentException($"'{key}' is not an object's name", nameof(key));
        }
    }

    /// <exception cref="ArgumentException">No key can start so.</exception>
    public static void CheckPrefix(string prefix)
    {
        if (!IsPrefix(prefix))
        {
            throw new ArgumentException($"no object's name starts with '{prefix}'", nameof(prefix));
        }
    }

    private static bool IsPrefix(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) > MaxByteCount)
        {
            return false;
        }

        var starts = true;
        foreach (var c in text)
        {
            var sound = c == '/' ? !starts : IsLetter(c) || (c == '.' && !starts);
            if (!sound)
            {
                return false;
            }

            starts = c == '/';
        }

        return true;
    }

    private static bool IsLetter(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';
}
