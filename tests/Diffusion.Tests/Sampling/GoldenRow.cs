using System.Globalization;
using System.Text.Json;
using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Sampling;

namespace RenderFarm.Diffusion.Tests.Sampling;

/// <summary>
/// One line of goldens.txt: a configuration, a run of it over the dummy latents and networks of
/// diffusers' scheduler tests, and what diffusers' own code gave.
/// </summary>
internal sealed class GoldenRow
{
    private const int ItemCount = 4;

    private static readonly Dictionary<string, string> Shorthand = new()
    {
        ["lin"] = "num_train_timesteps=1000 beta_start=0.0001 beta_end=0.02 beta_schedule=linear",
        ["lin11"] = "num_train_timesteps=1100 beta_start=0.0001 beta_end=0.02 beta_schedule=linear",
        ["sl"] = "beta_start=0.00085 beta_end=0.012 beta_schedule=scaled_linear",
        ["flow"] = "prediction_type=flow_prediction use_flow_sigmas=true",
    };

    private readonly string className;
    private readonly string configuration;
    private readonly Dictionary<string, string> run;

    public GoldenRow(string line)
    {
        var parts = line.Split('|', StringSplitOptions.TrimEntries);
        (className, configuration) = ($"{parts[1]}Scheduler", parts[2]);
        run = Tokens(parts[3]).ToDictionary(token => token.Key, token => token.Value);
        Sum = parts[4];
        Values = parts.Length < 6 ? [] : [.. parts[5].Split(' ').Select(Number)];
    }

    /// <summary>Of the absolute final latents, as it was printed.</summary>
    public string Sum { get; }

    /// <summary>The first, middle and last of the final latents; or none.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>Items that have samplers of their own.</summary>
    public int SamplerCount => (int)Option("items", 1);

    private int Length => (int)Option("length", 768);

    private int BeginIndex => (int)Option("begin", 0);

    public static IEnumerable<string> Lines()
    {
        using var stream = typeof(GoldenRow).Assembly.GetManifestResourceStream("goldens.txt")!;
        using var reader = new StreamReader(stream);
        return
        [
            .. reader.ReadToEnd().Split('\n')
                .Where(line => line.Contains('|', StringComparison.Ordinal) && line[0] != '#'),
        ];
    }

    /// <summary>Settings of "key=value" tokens and shorthands for several of them.</summary>
    public static SamplerSettings Read(string className, string configuration)
    {
        // A later token overrides what a shorthand says.
        Dictionary<string, string> keys = [];
        foreach (var (key, value) in Tokens(configuration).SelectMany(Longer))
        {
            keys[key] = value;
        }

        var json = keys.Select(pair => $",\"{pair.Key}\":{Json(pair.Value)}");
        using var document = JsonDocument.Parse(
            $"{{\"_class_name\":\"{className}\"{string.Concat(json)}}}");
        return SamplerFile.Read(document.RootElement, "golden", null);
    }

    public Sampler Start() => Read(className, configuration).Start(new SamplerRun
    {
        StepCount = (int)Option("n", 0),
        Length = Length / SamplerCount,
        BeginIndex = BeginIndex,
        Mu = run.ContainsKey("mu") ? Option("mu", 0) : null,
        Eta = run.ContainsKey("eta") ? Option("eta", 0) : null,
        Sigmas = run.ContainsKey("even") ? SamplerRun.EvenSigmas((int)Option("n", 0)) : null,
        Noise = run.ContainsKey("seed") ? new TorchCpuNoise((long)Option("seed", 0)) : null,
    });

    /// <summary>The latents that a sampler starts from, of its own item.</summary>
    public float[] Begin(Sampler sampler, int item)
    {
        var latents = Item(Dummy(Length, isNoise: false), item);
        for (var i = 0; i < latents.Length; i++)
        {
            latents[i] *= (float)sampler.StartScale;
        }

        if (BeginIndex > 0)
        {
            sampler.AddNoise(latents, Item(Dummy(Length, isNoise: true), item));
        }

        return latents;
    }

    /// <summary>
    /// One call of the network and one step. diffusers' tests hand the scaled latents on to the
    /// step, which pipelines do not: "pipeline" says which.
    /// </summary>
    public void Step(Sampler sampler, float[] latents)
    {
        var input = new float[latents.Length];
        sampler.ScaleInput(latents, input);
        if (!run.ContainsKey("pipeline"))
        {
            input.CopyTo(latents, 0);
        }

        var timestep = (float)sampler.Timestep;
        var wave = 0.1f * MathF.Sin(0.01f * timestep);
        float[] prediction = run.ContainsKey("waves")
            ? [.. input.Select(value => (0.5f * MathF.Tanh(value)) + wave)]
            : [.. input.Select(value => value * timestep / (timestep + 1))];
        sampler.Step(latents, prediction);
    }

    public float[] Denoise()
    {
        List<float> all = [];
        for (var item = 0; item < SamplerCount; item++)
        {
            var sampler = Start();
            var latents = Begin(sampler, item);
            while (!sampler.IsDone)
            {
                Step(sampler, latents);
            }

            all.AddRange(latents);
        }

        return [.. all];
    }

    private static float[] Dummy(int length, bool isNoise)
    {
        var latents = new float[length];
        for (var i = 0; i < length; i++)
        {
            var (item, place) = Math.DivRem(i, length / ItemCount);
            var rank = (place * ItemCount) + item;
            latents[i] = (isNoise ? length - 1 - rank : rank) / (float)length;
        }

        return latents;
    }

    private static IEnumerable<KeyValuePair<string, string>> Tokens(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(token =>
        {
            var parts = token.Split('=', 2);
            return KeyValuePair.Create(parts[0], parts.Length == 2 ? parts[1] : "");
        });

    private static IEnumerable<KeyValuePair<string, string>> Longer(
        KeyValuePair<string, string> token) =>
        Shorthand.TryGetValue(token.Key, out var longer) ? Tokens(longer) : [token];

    private static string Json(string value) =>
        value is "true" or "false" || value[0] == '['
            || double.TryParse(value, CultureInfo.InvariantCulture, out _)
            ? value
            : $"\"{value}\"";

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private float[] Item(float[] latents, int item) =>
        SamplerCount == 1 ? latents : [.. latents.Chunk(Length / SamplerCount).ElementAt(item)];

    private double Option(string name, double fallback) =>
        run.TryGetValue(name, out var text) ? Number(text) : fallback;
}
