using System.Diagnostics;
using System.Globalization;

namespace RenderFarm.Benchmarks.Processes;

/// <summary>Signals to processes by their ids.</summary>
internal static class Signals
{
    /// <summary>Sends one by its name, as in <c>KILL</c>; a process that is gone is fine.</summary>
    public static void Send(int processId, string signal)
    {
        using var kill = Process.Start(new ProcessStartInfo(
            "kill", [$"-{signal}", processId.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardError = true,
        })!;
        kill.WaitForExit();
    }
}
