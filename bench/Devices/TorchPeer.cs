using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using RenderFarm.Diffusion;

namespace RenderFarm.Benchmarks.Devices;

/// <summary>The same clip by PyTorch with the same weights, as torch_peer.py makes it.</summary>
/// <param name="Version">PyTorch's.</param>
/// <param name="Latents">After the last step.</param>
/// <param name="Times">Seconds of a step and of a clip, plain and compiled.</param>
/// <param name="Failures">What could not be run, and why.</param>
internal sealed record TorchPeer(
    string Version,
    float[] Latents,
    IReadOnlyList<(string Kind, double Step, double Clip)> Times,
    IReadOnlyList<(string Kind, string Why)> Failures)
{
    /// <returns>The peer, or why there is none.</returns>
    public static async Task<(TorchPeer? Peer, string Reason)> RunAsync(
        string folder,
        string python,
        string device,
        VideoRequest request,
        CancellationToken token)
    {
        if (!File.Exists(Path.Combine(folder, "dit.pt")))
        {
            return (null, "not compared: this package was made without its weights");
        }

        using var place = new Place();
        var latents = Path.Combine(place.Folder, "latents.bin");
        var start = new ProcessStartInfo(python)
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                Path.Combine(folder, "torch_peer.py"),
                "--device", device,
                "--prompt", request.Prompt,
                "--seed", $"{request.Seed}",
                "--steps", $"{request.StepCount}",
                "--guidance", request.GuidanceScale.ToString(CultureInfo.InvariantCulture),
                "--latents", latents,
            },
        };
        try
        {
            using var process = Process.Start(start)!;
            var output = await process.StandardOutput.ReadToEndAsync(token);
            await process.WaitForExitAsync(token);
            return process.ExitCode == 0
                ? (Read(output, await File.ReadAllBytesAsync(latents, token)), "")
                : (null, $"not compared: {python} has no PyTorch that can do it");
        }
        catch (Win32Exception)
        {
            return (null, $"not compared: there is no {python}");
        }
    }

    private static TorchPeer Read(string output, byte[] latents)
    {
        using var document = JsonDocument.Parse(output);
        var root = document.RootElement;
        var kinds = root.GetProperty("kinds").EnumerateObject().ToList();
        return new TorchPeer(
            root.GetProperty("version").GetString()!,
            MemoryMarshal.Cast<byte, float>(latents).ToArray(),
            [
                .. kinds.Where(kind => kind.Value.ValueKind == JsonValueKind.Object)
                    .Select(kind => (
                        kind.Name,
                        kind.Value.GetProperty("step").GetDouble(),
                        kind.Value.GetProperty("clip").GetDouble())),
            ],
            [
                .. kinds.Where(kind => kind.Value.ValueKind == JsonValueKind.String)
                    .Select(kind => (kind.Name, kind.Value.GetString()!)),
            ]);
    }
}
