using Xunit;

namespace RenderFarm.Telemetry.Tests;

/// <summary>What services of one farm sent over OTLP while a film was made.</summary>
[Collection(FarmCollection.Name)]
public sealed class TraceTests(MeasuredFarm farm)
{
    private static readonly string[] StageSpans =
        ["load", "denoise", "decode", "encode", "upload", "commit"];

    private static readonly string[] WorkerSpans = ["claim", "attempt", .. StageSpans];

    [Fact]
    public void Film_FromSubmitToReport_IsOneTraceThroughTheBus()
    {
        var trace = Trace();

        Assert.Single(trace, span => span.Name == "submit" && span.ParentId.Length == 0);
        Assert.Equal(3, trace.Where(span => span.Name == "attempt")
            .Select(span => span.Tags["renderfarm.shot.id"]).Distinct().Count());
        foreach (var name in WorkerSpans)
        {
            // A machine that stands still for a lease's length has more attempts than shots.
            Assert.True(3 <= trace.Count(
                span => span.Name == name && span.Service == "renderfarm-worker"), name);
        }

        Assert.True(3 <= trace.Count(span => span.Name == "wait"));

        Assert.Single(
            trace, span => span.Name == "stitch" && span.Service == "renderfarm-stitcher");
        Assert.Single(trace, span => span.Name == "report");
        Assert.Single(trace, span => span.Name == "job");
    }

    [Fact]
    public void Stages_OfAShot_HangBelowItsAttempt()
    {
        var trace = Trace();
        var attempts = trace.Where(span => span.Name == "attempt")
            .Select(span => span.SpanId).ToHashSet();

        Assert.All(
            trace.Where(span => StageSpans.Contains(span.Name)),
            span => Assert.Contains(span.ParentId, attempts));
    }

    [Fact]
    public void Spans_OfOneFilm_EndAfterTheyBeginAndWithinTheJob()
    {
        var trace = Trace();
        var submit = trace.Single(span => span.Name == "submit");

        Assert.All(trace, span => Assert.True(span.End >= span.Start, span.ToString()));
        Assert.All(
            trace.Where(span => WorkerSpans.Contains(span.Name)),
            span => Assert.True(span.Start >= submit.Start, span.ToString()));
    }

    [Fact]
    public void Traces_OfThreeFilms_AreThree()
    {
        var traces = farm.Receiver.Spans.Where(span => span.Name is "submit" or "attempt")
            .Select(span => span.TraceId).Distinct();

        Assert.Equal(3, traces.Count());
    }

    [Fact]
    public void LogsAndMetrics_WithAnEndpoint_AreSentToo()
    {
        Assert.True(farm.Receiver.ByteCount("logs") > 0);
        Assert.True(farm.Receiver.ByteCount("metrics") > 0);
    }

    private List<SentSpan> Trace()
    {
        var traceId = farm.Receiver.Spans.Single(span => span.Name == "submit"
            && span.Tags.GetValueOrDefault("renderfarm.job.id") == farm.FirstJob).TraceId;
        return [.. farm.Receiver.Spans.Where(span => span.TraceId == traceId)];
    }
}
