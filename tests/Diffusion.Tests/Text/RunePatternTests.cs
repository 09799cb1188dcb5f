using RenderFarm.Diffusion.Text;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Text;

public sealed class RunePatternTests
{
    private const string Words = @" ?\p{L}+| ?\p{N}| ?[^\s\p{L}\p{N}]+";

    [Theory]
    [InlineData("", "")]
    [InlineData("two birds", "two| birds")]
    [InlineData("take 42, wide", "take| 4|2|,| wide")]
    [InlineData("...wait -- go", "...|wait| --| go")]
    [InlineData("b2b", "b|2|b")]
    [InlineData("caf\u00e9\u2603x", "caf\u00e9|\u2603|x")]
    [InlineData("\ud840\udc00\ud840\udc01 a", "\ud840\udc00\ud840\udc01| a")]
    [InlineData("x\ud83d\ude00\ud83d\ude01", "x|\ud83d\ude00\ud83d\ude01")]
    public void Split_Text_PartsWhereThePatternDoes(string text, string words) =>
        Assert.Equal(
            words, string.Join('|', new RunePattern(Words).Split(text).Select(part => part.Text)));
}
