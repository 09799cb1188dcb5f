using RenderFarm.Contracts.Film;
using RenderFarm.Worker.Rendering;
using Xunit;

namespace RenderFarm.Farm.Tests.Worker;

public sealed class FrameCheckTests
{
    private readonly FrameCheck check = new(new FrameSize(4, 2), frameCount: 2);

    [Fact]
    public void Add_WrongSize_Throws() =>
        Assert.Throws<BadFramesException>(() => check.Add(new byte[23]));

    [Fact]
    public void Finish_AfterEveryFrame_IsSatisfied()
    {
        check.Add(new byte[24]);
        check.Add(new byte[24]);

        check.Finish();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Finish_AfterFewerOrMore_Throws(int count)
    {
        for (var frame = 0; frame < count; frame++)
        {
            check.Add(new byte[24]);
        }

        Assert.Throws<BadFramesException>(check.Finish);
    }
}
