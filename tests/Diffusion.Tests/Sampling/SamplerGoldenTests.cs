using System.Globalization;
using RenderFarm.Diffusion.Sampling;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Sampling;

/// <summary>Whole runs against diffusers; a further row is one more line of goldens.txt.</summary>
public sealed class SamplerGoldenTests
{
    private const double Relative = 1e-5;

    public static TheoryData<string> Rows => [.. GoldenRow.Lines()];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Step_WholeRun_MatchesDiffusers(string line)
    {
        var row = new GoldenRow(line);

        var latents = row.Denoise();

        var sum = latents.Sum(value => Math.Abs((double)value));
        var expected = double.Parse(row.Sum, CultureInfo.InvariantCulture);
        Assert.Equal(expected, sum, (Math.Abs(expected) * Relative) + HalfDigit(row.Sum));
        int[] places = [0, (latents.Length / 2) - 1, latents.Length - 1];
        for (var i = 0; i < row.Values.Count; i++)
        {
            var value = row.Values[i];
            Assert.Equal(value, latents[places[i]], (Math.Abs(value) * Relative) + 2e-6);
        }
    }

    [Fact]
    public void Lines_OfTheGoldens_CoverEveryClassThatIsKnown()
    {
        var classes = GoldenRow.Lines().Select(line => $"{line.Split('|')[1].Trim()}Scheduler");

        Assert.Equal(SamplerFile.ClassNames.Order(), classes.Distinct().Order());
    }

    // What the golden was rounded by when it was printed.
    private static double HalfDigit(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var digits = point < 0 ? 0 : text.Length - 1 - point;
        return 0.5 * Math.Pow(10, -digits);
    }
}
