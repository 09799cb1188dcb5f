using System.Globalization;
using RenderFarm.Cli.Local;
using RenderFarm.Diffusion;

namespace RenderFarm.Benchmarks.Devices;

/// <summary>
/// Flipbook on a GPU: first whether it makes what the CPU makes, then how fast, beside PyTorch with
/// the same weights where that is installed. Prints a table in Markdown.
/// </summary>
internal static class GpuRun
{
    // Single precision without shortcuts, summed in another order, over sixteen steps.
    private const double LargestDifference = 1e-3;

    private const string Usage =
        "bench/gpu's run.sh [--device cuda|cpu] [--steps 16] [--python PYTHON] [--torch FOLDER]";

    private const int ClipCount = 5;
    private const string Norm = "norm of the difference over the norm";

    /// <exception cref="UsageException">The command line cannot be read.</exception>
    public static async Task<int> RunAsync(string[] args, CancellationToken token)
    {
        var options = new NamedOptions(
            args, Usage, ("--device", "cuda"), ("--steps", ""), ("--torch", ""),
            ("--python", "python3"));
        var device = options["--device"];
        var gpu = device == "cpu" ? null : GpuMeter.FindName();
        VideoPipeline pipeline;
        try
        {
            pipeline = Load(device);
        }
        catch (DeviceException fault)
        {
            await Console.Error.WriteLineAsync(
                $"bench/gpu: there is no GPU here to measure: {fault.Message}");
            return 1;
        }

        using (pipeline)
        {
            Console.WriteLine($"| {gpu ?? pipeline.DeviceName} | |\n|---|---|");
            var request = RequestOf(pipeline.Package, options["--steps"]);
            var ours = DeviceClip.Make(pipeline, request, keepsLatents: true, token);
            if (!AgreesWithCpu(ours, request, token))
            {
                return 2;
            }

            PrintSpeed("", pipeline, request, token);
            if (!PrintDeviceGraphs(device, request, ours, token))
            {
                return 2;
            }

            await PrintPeerAsync(options, device, request, ours, token);
        }

        await PrintJobAsync(device, gpu is not null, token);
        return 0;
    }

    private static VideoPipeline Load(string device, bool usesDeviceGraphs = false) =>
        VideoPipeline.Load(
            ModelPackage.Open(InstallFolder.Flipbook),
            new OnnxOptions { Device = device, UsesDeviceGraphs = usesDeviceGraphs });

    private static VideoRequest RequestOf(ModelPackage package, string stepCount) => new()
    {
        Prompt = "A red balloon over green hills at dawn, slow pan right",
        Seed = 11,
        Width = 160,
        Height = 96,
        FrameCount = 17,
        StepCount = stepCount.Length > 0
            ? int.Parse(stepCount, CultureInfo.InvariantCulture)
            : package.Manifest.Steps.Default,
        GuidanceScale = package.Manifest.Guidance.Default,
        Sampler = package.Manifest.Samplers[0],
    };

    private static bool AgreesWithCpu(
        DeviceClip ours, VideoRequest request, CancellationToken token)
    {
        using var reference = Load("cpu");
        var cpu = DeviceClip.Make(reference, request, keepsLatents: true, token);
        return Agrees("latents of a clip against the CPU's", ours, cpu);
    }

    /// <summary>False where device graphs make another clip; true where there are none.</summary>
    private static bool PrintDeviceGraphs(
        string device, VideoRequest request, DeviceClip ours, CancellationToken token)
    {
        using var pipeline = Load(device, usesDeviceGraphs: true);
        if (pipeline.DeviceGraphFaults is [var reason, ..])
        {
            Print("with device graphs", $"none: {reason}");
            return true;
        }

        // The first clip is made as runs are recorded, and the second of what was recorded.
        foreach (var clip in new[] { "first", "second" })
        {
            var made = DeviceClip.Make(pipeline, request, keepsLatents: true, token);
            if (!Agrees($"latents of the {clip} clip with device graphs against those without",
                made, ours))
            {
                return false;
            }
        }

        PrintSpeed("with device graphs: ", pipeline, request, token);
        return true;
    }

    private static bool Agrees(string what, DeviceClip found, DeviceClip expected)
    {
        var difference = DeviceClip.Difference(found.Latents, expected.Latents);
        var agrees = difference <= LargestDifference;
        var limit = agrees ? "" : $": expected at most {LargestDifference}";
        Print(
            $"{what}: {Norm}",
            string.Create(CultureInfo.InvariantCulture, $"{difference:0.0e+0}{limit}"));
        Print(
            "largest difference of its pixels",
            $"{found.LargestPixelDifference(expected)} of 255");
        return agrees;
    }

    private static void PrintSpeed(
        string how, VideoPipeline pipeline, VideoRequest request, CancellationToken token)
    {
        var clips = Enumerable.Range(0, ClipCount)
            .Select(_ => DeviceClip.Make(pipeline, request, keepsLatents: false, token))
            .ToList();
        Print($"{how}a step", Seconds(DeviceClip.Median(clips.SelectMany(clip => clip.Steps))));
        Print($"{how}a clip of {request.StepCount} steps, words to pixels",
            Seconds(DeviceClip.Median(clips.Select(clip => clip.Seconds))));
    }

    private static async Task PrintPeerAsync(
        NamedOptions options,
        string device,
        VideoRequest request,
        DeviceClip ours,
        CancellationToken token)
    {
        var (peer, reason) = await TorchPeer.RunAsync(
            options["--torch"], options["--python"], device, request, token);
        if (peer is null)
        {
            Print("PyTorch", reason);
            return;
        }

        var difference = DeviceClip.Difference(ours.Latents, peer.Latents);
        Print(
            $"latents of a clip against those of PyTorch {peer.Version}: {Norm}",
            string.Create(CultureInfo.InvariantCulture, $"{difference:0.0e+0}"));
        foreach (var (kind, step, clip) in peer.Times)
        {
            Print($"PyTorch {kind}: a step; a clip", $"{Seconds(step)}; {Seconds(clip)}");
        }

        foreach (var (kind, why) in peer.Failures)
        {
            Print($"PyTorch {kind}", why);
        }
    }

    private static async Task PrintJobAsync(
        string device, bool isMetered, CancellationToken token)
    {
        using var watch = isMetered ? GpuMeter.Start() : null;
        var job = await TenShots.RenderAsync(device, token);
        if (job is null)
        {
            Print("ten shots, storyboard to film", "not measured: ffmpeg is not installed");
            return;
        }

        var (wall, inside) = job.Value;
        Print("ten shots, storyboard to film", Seconds(wall.TotalSeconds));
        Print("of that inside ONNX Runtime", string.Create(
            CultureInfo.InvariantCulture, $"{inside / wall:0.0%}"));
        if (watch is not null)
        {
            var (share, bytes) = await watch.StopAsync();
            Print("of that the GPU computes, by its own count", string.Create(
                CultureInfo.InvariantCulture, $"{share:0.0%}"));
            Print("most memory of the GPU in use, by all", string.Create(
                CultureInfo.InvariantCulture, $"{bytes / 1e6:0} MB"));
        }

        Print("most memory of the process resident", string.Create(
            CultureInfo.InvariantCulture, $"{DeviceClip.PeakBytes() / 1e6:0} MB"));
    }

    private static string Seconds(double value) =>
        string.Create(CultureInfo.InvariantCulture, $"{value:0.0000} s");

    private static void Print(string what, string figure) =>
        Console.WriteLine($"| {what} | {figure} |");
}
