using System.Text;
using RenderFarm.Broker.Jobs;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;
using Xunit;

namespace RenderFarm.Broker.Tests.Jobs;

public sealed class ReadingTests
{
    [Fact]
    public async Task Read_Prompt_IsAFilmOfOneShot()
    {
        using var desk = await Desk.OpenAsync();

        var spec = Desk.Spec(await desk.Reader.ReadAsync(
            new SubmitJob { Prompt = "a lighthouse\nat dusk" }, default));

        Assert.Equal("a lighthouse at dusk", Assert.Single(spec.Shots).Task.Prompt);
        Assert.True(Guid.TryParse(spec.JobId, out _));
    }

    [Fact]
    public async Task Read_EmptyPrompt_PlaceIsThePrompt()
    {
        using var desk = await Desk.OpenAsync();

        var reading = await desk.Reader.ReadAsync(new SubmitJob { Prompt = " " }, default);

        Assert.Equal("$.prompt", Assert.Single(reading.Faults).Place);
    }

    [Fact]
    public async Task Read_NothingOrTwoThings_IsRejected()
    {
        using var desk = await Desk.OpenAsync();
        var both = new SubmitJob { Prompt = "a boat", Storyboard = Desk.Film("a boat") };

        foreach (var command in new[] { new SubmitJob(), both })
        {
            var reading = await desk.Reader.ReadAsync(command, default);

            Assert.Null(reading.Spec);
            Assert.Equal("film-not-one", Assert.Single(reading.Faults).Code);
        }
    }

    [Fact]
    public async Task Read_TenantAndBudget_AreCheckedAndKept()
    {
        var limits = new JobReaderOptions();
        limits.Tenants.Add("acme", 2);
        using var desk = await Desk.OpenAsync(limits);
        var command = new SubmitJob
        {
            Prompt = "a boat",
            Tenant = "acme",
            Budget = TimeSpan.FromHours(1),
        };

        var spec = Desk.Spec(await desk.Reader.ReadAsync(command, default));
        var bad = await desk.Reader.ReadAsync(
            command with { Tenant = "acmee", Budget = TimeSpan.Zero }, default);

        Assert.Equal(("acme", TimeSpan.FromHours(1)), (spec.PayingTenant, spec.Budget));
        Assert.Equal(
            ["unknown-tenant at $.tenant", "bad-budget at $.budget"],
            bad.Faults.Select(fault => $"{fault.Code} at {fault.Place}"));
        Assert.Contains("'acme'?", bad.Faults[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_CommandAndFilmAtFault_ReportsBoth()
    {
        using var desk = await Desk.OpenAsync();

        var reading = await desk.Reader.ReadAsync(
            new SubmitJob
            {
                JobId = "Not a name",
                Priority = (JobPriority)9,
                Storyboard = Desk.Film("") with { Model = "other" },
            },
            default);

        Assert.Equal(
            ["bad-job-id", "unknown-word", "prompt-empty", "unknown-model"],
            reading.Faults.Select(fault => fault.Code));
    }

    [Fact]
    public async Task Read_StoryboardWithHoles_IsAFaultAndNoCrash()
    {
        using var desk = await Desk.OpenAsync();
        var film = new Storyboard
        {
            Codec = (ReelCodec)9,
            Defaults = new() { FrameRate = default(FrameRate), Guidance = double.NaN },
            Shots =
            [
                null!,
                new() { Prompt = "a boat", Transition = new() { Kind = (TransitionKind)9 } },
            ],
        };

        var reading = await desk.ReadAsync(film);

        Assert.Equal(
            [
                "unknown-word at $.codec",
                "guidance-out-of-range at $.defaults.guidance",
                "rate-out-of-range at $.defaults.frameRate",
                "wrong-type at $.shots[0]",
                "unknown-word at $.shots[1].transition.kind",
            ],
            reading.Faults.Select(fault => $"{fault.Code} at {fault.Place}"));
    }

    [Fact]
    public async Task Read_MoreFaultsThanListed_SaysHowMany()
    {
        using var desk = await Desk.OpenAsync(new JobReaderOptions { MaxFaults = 3 });

        var reading = await desk.ReadAsync(Desk.Film("", "", "", "", ""));

        Assert.Equal(4, reading.Faults.Count);
        Assert.Equal("too-many-faults", reading.Faults[^1].Code);
        Assert.Null(reading.Spec);
    }

    [Fact]
    public void Read_ScriptBeyondTheLimit_IsRejected()
    {
        var text = new string('\u00e9', (1 << 19) + 1);

        var reading = StoryboardReader.Read(
            new Script { Format = ScriptFormat.Text, Text = text });

        Assert.Equal("script-too-large", Assert.Single(reading.Faults).Code);
    }

    [Theory]
    [InlineData(ScriptFormat.Json)]
    [InlineData(ScriptFormat.Fountain)]
    [InlineData(ScriptFormat.Text)]
    [InlineData((ScriptFormat)9)]
    public async Task Read_BentScripts_NeverThrow(ScriptFormat format)
    {
        using var desk = await Desk.OpenAsync();
        var name = format == ScriptFormat.Json ? "chain.json" : "lighthouse.fountain";
        var sound = await File.ReadAllTextAsync(Path.Combine(Desk.Examples, name));
        string[] pieces =
        [
            "[[", "]]", "/*", "*/", "\"", "{", "}", "[", "null", ",", "\n\n", "shot:", "9",
            "\ud800",
        ];
        var random = new Random(7);

        for (var round = 0; round < 500; round++)
        {
            var bent = new StringBuilder(sound);
            for (var change = 0; change <= round % 4; change++)
            {
                var at = random.Next(bent.Length);
                bent.Remove(at, Math.Min(random.Next(9), bent.Length - at));
                bent.Insert(at, pieces[random.Next(pieces.Length)]);
            }

            var reading = await desk.ReadAsync(format, bent.ToString());

            Assert.Equal(
                reading.Spec is null,
                reading.Faults.Any(fault => fault.Severity == FaultSeverity.Error));
        }
    }

    [Theory]
    [InlineData("pan left", "pan left")]
    [InlineData("The camera pans to the left", "pan left")]
    [InlineData("slowly pans right", "slow pan right")]
    [InlineData("Quick tilt up", "fast tilt up")]
    [InlineData("push in", "dolly in")]
    [InlineData("static", "static camera")]
    [InlineData("slow static", null)]
    [InlineData("pan", null)]
    [InlineData("", null)]
    public void Canonical_CameraMove_HasOneWording(string words, string? canonical)
    {
        Assert.Equal(canonical, CameraWords.Canonical(words));
    }

    [Theory]
    [InlineData("eular", "euler")]
    [InlineData("EULER", "euler")]
    [InlineData("uelre", null)]
    [InlineData("heum", "heun")]
    [InlineData("something else", null)]
    public void Nearest_Misspelt_IsTheWordThatWasMeant(string word, string? meant)
    {
        Assert.Equal(meant, Suggestion.Nearest(word, ["euler", "heun"]));
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        var found = new JobReaderOptionsValidator().Validate(
            null, new JobReaderOptions { MaxShots = 0, TenantId = "Not a name" });

        Assert.True(found.Failed);
        Assert.Equal(2, found.Failures!.Count());
        Assert.True(new JobReaderOptionsValidator().Validate(null, new()).Succeeded);
    }
}
