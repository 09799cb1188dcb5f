using System.Text;
using System.Text.Json;
using RenderFarm.Broker.Intake;
using RenderFarm.Broker.Tests.Dispatch;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;
using RenderFarm.ServiceDefaults.Bus;
using Xunit;

namespace RenderFarm.Broker.Tests.Intake;

public sealed class CommandIntakeTests
{
    /// <summary>Type, body, fault and its place.</summary>
    public static TheoryData<string?, string, string, string> Malformed() => new()
    {
        { "SubmitJob", "", "command-malformed", "line 1" },
        { "SubmitJob", "{", "command-malformed", "line 1" },
        { "SubmitJob", "{\n \"jobId\": nobody }", "command-malformed", "line 2" },
        { "SubmitJob", "{} {}", "command-malformed", "line 1" },
        { "SubmitJob", "\u0000\u0001", "command-malformed", "line 1" },
        { "SubmitJob", "null", "command-malformed", "$" },
        { "SubmitJob", "[]", "command-malformed", "$" },
        { "SubmitJob", "\"text\"", "command-malformed", "$" },
        { "SubmitJob", Nested(33), "command-too-deep", "line 1" },
        { "SubmitJob", Nested(5000), "command-too-deep", "line 1" },
        { null, "{}", "command-unknown", "$.command" },
        { null, "{\"command\": 7}", "command-unknown", "$.command" },
        { null, "{\"command\": \"RenderShot\"}", "command-unknown", "$.command" },
        { "StitchReel", "{\"command\": \"SubmitJob\"}", "command-unknown", "$.command" },
        { "submitjob", "{}", "command-unknown", "$.command" },
        { "CancelJob", "{}", "command-field", "$" },
        { "CancelJob", "{\"jobId\": null}", "command-field", "$.jobId" },
        { "CancelJob", "{\"jobId\": 7}", "command-field", "$.jobId" },
        { "GetJob", "{\"jobId\": {}}", "command-field", "$.jobId" },
        { "PauseJob", "{}", "command-field", "$" },
        { "ResumeJob", "{\"jobId\": \"a\", \"shotId\": 7}", "command-field", "$.shotId" },
        { "SubmitJob", "{\"prompt\": 7}", "command-field", "$.prompt" },
        { "SubmitJob", "{\"priority\": \"soon\"}", "command-field", "$.priority" },
        { "SubmitJob", "{\"storyboard\": {}}", "command-field", "$.storyboard" },
        { "SubmitJob", "{\"storyboard\": []}", "command-field", "$.storyboard" },
        {
            "SubmitJob",
            "{\"storyboard\": {\"shots\": [{\"prompt\": \"a\", \"size\": \"big\"}]}}",
            "command-field",
            "$.storyboard.shots[0].size"
        },
        {
            "SubmitJob",
            "{\"storyboard\": {\"shots\": [{\"prompt\": \"a\", \"steps\": \"9\"}]}}",
            "command-field",
            "$.storyboard.shots[0].steps"
        },
        {
            "SubmitJob",
            "{\"storyboard\": {\"shots\": [{\"prompt\": \"a\", \"steps\": 1e400}]}}",
            "command-field",
            "$.storyboard.shots[0].steps"
        },
        {
            "SubmitJob",
            "{\"storyboard\": {\"shots\": [null]}, \"prompt\": 7}",
            "command-field",
            "$.prompt"
        },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Answer_WhatIsNoCommand_IsRejectedAndParkedWithTheReason(
        string? type, string body, string code, string place)
    {
        await using var broker = new TestBroker();

        var outcome = await AnswerAsync(broker, type, body);

        var fault = Assert.Single(Read<JobRejected>(outcome).Faults);
        Assert.Equal((code, place), (fault.Code, fault.Place));
        Assert.StartsWith(code, outcome.ParkedBecause, StringComparison.Ordinal);
        Assert.DoesNotContain("RenderFarm.", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_NestedAsDeepAsAllowed_IsNotTooDeep()
    {
        await using var broker = new TestBroker();

        var outcome = await AnswerAsync(broker, "GetJob", Nested(32));

        Assert.DoesNotContain("too-deep", outcome.ParkedBecause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_TooLarge_IsRejectedAndParked()
    {
        await using var broker = new TestBroker();

        var outcome = await broker.Get<CommandIntake>().AnswerAsync(
            new ClientCommand
            {
                Headers = new Dictionary<string, object?>(),
                Body = default,
                Refusal = "it has 2000000 bytes",
            },
            default);

        Assert.Equal("command-too-large", Read<JobRejected>(outcome).Faults[0].Code);
        Assert.NotNull(outcome.ParkedBecause);
    }

    [Theory]
    [InlineData("GetJob", null, "{\"jobId\": \"job-1\"}")]
    [InlineData(null, "GetJob", "{\"jobId\": \"job-1\"}")]
    [InlineData(null, null, "{\"command\": \"GetJob\", \"jobId\": \"job-1\", \"later\": 1}")]
    public async Task Answer_TypeInPropertyHeaderOrBody_IsUnderstood(
        string? type, string? header, string body)
    {
        await using var broker = new TestBroker();
        await broker.OpenAsync(Films.Flat("job-1", 2));

        var outcome = await AnswerAsync(broker, type, body, header);

        Assert.Null(outcome.ParkedBecause);
        Assert.Equal(2, Read<JobSnapshot>(outcome).Shots.Count);
    }

    [Theory]
    [InlineData("GetJob")]
    [InlineData("CancelJob")]
    public async Task Answer_UnknownJob_SaysSoAndParksNothing(string type)
    {
        await using var broker = new TestBroker();

        var outcome = await AnswerAsync(broker, type, "{\"jobId\": \"nobody\"}");

        Assert.Null(outcome.ParkedBecause);
        Assert.Equal("nobody", Read<JobUnknown>(outcome).JobId);
    }

    [Fact]
    public async Task Answer_JobThatCannotBeRendered_IsRejectedAndNotParked()
    {
        await using var broker = new TestBroker();

        var outcome = await AnswerAsync(broker, "SubmitJob", "{\"jobId\": \"Not A Name\"}");

        Assert.Null(outcome.ParkedBecause);
        Assert.Contains(
            Read<JobRejected>(outcome).Faults, f => f.Severity == FaultSeverity.Error);
    }

    private static Task<CommandOutcome> AnswerAsync(
        TestBroker broker, string? type, string body, string? header = null) =>
        broker.Get<CommandIntake>().AnswerAsync(
            new ClientCommand
            {
                Type = type,
                Headers = header is null
                    ? new Dictionary<string, object?>()
                    : new Dictionary<string, object?> { ["type"] = header },
                Body = Encoding.UTF8.GetBytes(body),
            },
            default);

    private static T Read<T>(CommandOutcome outcome)
    {
        Assert.Equal(typeof(T).Name, outcome.ReplyType);
        return JsonSerializer.Deserialize<T>(outcome.ReplyBody.Span, FarmJson.Options)!;
    }

    private static string Nested(int depth) =>
        string.Concat(Enumerable.Repeat("{\"a\":", depth - 1)) + "{}" + new string('}', depth - 1);
}
