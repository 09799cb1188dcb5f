using RenderFarm.Diffusion.Text;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Text;

public sealed class TextNormalizerTests
{
    [Theory]
    [InlineData("AbC \u00c9\u03a3\u0416", "abc \u00e9\u03c3\u0436")]
    [InlineData("\u0130", "i\u0307")]
    public void Lower_Text_IsTheSameInEveryCulture(string text, string lower) =>
        Assert.Equal(lower, TextNormalizer.Lower(text));

    [Theory]
    [InlineData("e\u0301", "\u00e9")]
    [InlineData("a\u0323\u0302b", "\u1eadb")]
    [InlineData("x\u0301e\u0301", "x\u0301\u00e9")]
    [InlineData("\u0301e", "\u0301e")]
    public void Compose_CombiningMarks_JoinTheirLetter(string text, string composed) =>
        Assert.Equal(composed, TextNormalizer.Compose(text));

    [Fact]
    public void CollapseSpace_RunsOfWhiteSpace_BecomeOneSpace() =>
        Assert.Equal(" a b ", TextNormalizer.CollapseSpace("\n a\t\u00a0\u2003b\r\n"));
}
