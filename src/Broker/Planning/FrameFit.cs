using System.Numerics;
using RenderFarm.Broker.Jobs;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Planning;

/// <summary>
/// Lays a film's frame size and rate on what its model renders, enlarged by its upscaler and
/// filled in by its interpolator where it has them.
/// </summary>
internal sealed class FrameFit(Storyboard storyboard, ModelManifest model, FaultList faults)
{
    /// <summary>The model's frame rate, in lowest terms.</summary>
    public FrameRate ModelRate { get; } = Times(model.FrameRate, 1);

    /// <summary>The film's frame size, and how many times it is enlarged to that.</summary>
    public (FrameSize Size, int Upscale, bool IsSet) FitSize()
    {
        var set = OneOf(settings => settings.Size, "size");
        var (size, place) = set ?? (Times(model.Sizes[0], model.Upscale), "$.model");
        var upscale = set is not null && IsOnGrid(size) ? 1 : model.Upscale;
        var rendered = new FrameSize(size.Width / upscale, size.Height / upscale);
        if (Times(rendered, upscale) != size || !IsOnGrid(rendered))
        {
            faults.Error("size-not-in-grid", place, OffGrid(size));
        }
        else if (!model.Sizes.Contains(rendered))
        {
            var made = upscale == 1 ? "" : $", of which {size} is made,";
            faults.Warning(
                "size-not-trained",
                place,
                $"Model {model.Name} was trained at {string.Join(", ", model.Sizes)}; "
                    + $"{rendered}{made} may look worse.");
        }

        return (size, upscale, set is not null);
    }

    /// <summary>
    /// The film's frame rate in lowest terms, and how many frames come of each rendered one.
    /// </summary>
    public (FrameRate Rate, int Interpolation, bool IsSet) FitRate()
    {
        var usual = Times(ModelRate, model.Interpolation);
        var set = OneOf(settings => settings.FrameRate, "frameRate");
        if (set is not var (rate, place) || !SettingsCheck.IsRate(rate))
        {
            // A rate that is none was said already; the rest is measured as if nobody had set it.
            return (usual, model.Interpolation, set is not null);
        }

        var lowest = Times(rate, 1);
        if (lowest == ModelRate)
        {
            return (lowest, 1, true);
        }

        if (lowest == usual)
        {
            return (lowest, model.Interpolation, true);
        }

        var between = model.Interpolation == 1 ? "" : $", and is filled in to {usual}";
        faults.Warning(
            "rate-not-trained",
            place,
            $"Model {model.Name} was trained at {ModelRate} frames a second{between}; "
                + $"at {lowest} things move at another speed.");
        return (lowest, 1, true);
    }

    /// <summary>
    /// What the whole film shares, and where it is set; a fault where shots differ.
    /// </summary>
    private (T Value, string Place)? OneOf<T>(Func<ShotSettings, T?> read, string field)
        where T : struct
    {
        (T Value, string Place)? found = read(storyboard.Defaults ?? new()) is { } shared
            ? (shared, $"$.defaults.{field}")
            : null;
        for (var index = 0; index < storyboard.Shots.Count; index++)
        {
            var place = $"$.shots[{index}].{field}";
            if (read(storyboard.Shots[index]) is not { } own)
            {
                continue;
            }

            found ??= (own, place);
            if (!own.Equals(found.Value.Value))
            {
                faults.Error(
                    field == "size" ? "sizes-differ" : "rates-differ",
                    place,
                    $"One film has one {field}: {found.Value.Value} at {found.Value.Place}, "
                        + $"but {own} here.");
            }
        }

        return found;
    }

    private bool IsOnGrid(FrameSize size) =>
        size.Width % model.SizeMultiple == 0 && size.Height % model.SizeMultiple == 0
        && Math.Min(size.Width, size.Height) >= model.MinimumSide
        && Math.Max(size.Width, size.Height) <= model.MaximumSide;

    private string OffGrid(FrameSize size)
    {
        var own = Grid(1);
        return model.Upscale == 1
            ? $"Model {model.Name} renders {own}; found {size}. Try {Nearest(size, 1)}."
            : $"Model {model.Name} renders {own}, or enlarged {model.Upscale} times "
                + $"{Grid(model.Upscale)}; found {size}. "
                + $"Try {Nearest(size, 1)} or {Nearest(size, model.Upscale)}.";
    }

    private string Grid(int scale) =>
        $"widths and heights from {model.MinimumSide * scale} to {model.MaximumSide * scale} "
            + $"in steps of {model.SizeMultiple * scale}";

    private FrameSize Nearest(FrameSize size, int scale)
    {
        return new FrameSize(Snap(size.Width), Snap(size.Height));

        int Snap(int side)
        {
            var step = model.SizeMultiple * scale;
            var least = ((model.MinimumSide * scale) + step - 1) / step * step;
            var most = model.MaximumSide * scale / step * step;
            return Math.Clamp((side + (step / 2)) / step * step, least, Math.Max(least, most));
        }
    }

    private static FrameSize Times(FrameSize size, int scale) =>
        new(size.Width * scale, size.Height * scale);

    private static FrameRate Times(FrameRate rate, int factor)
    {
        var top = (long)rate.Numerator * factor;
        var divisor = (long)BigInteger.GreatestCommonDivisor(top, rate.Denominator);
        return new FrameRate((int)(top / divisor), (int)(rate.Denominator / divisor));
    }
}
