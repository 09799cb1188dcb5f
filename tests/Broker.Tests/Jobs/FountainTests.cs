using RenderFarm.Broker.Jobs;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;
using Xunit;

namespace RenderFarm.Broker.Tests.Jobs;

public sealed class FountainTests
{
    [Theory]
    [InlineData("EXT. A CLIFF - DUSK\n\nA lighthouse.", "A lighthouse, a cliff, at dusk")]
    [InlineData("INT. LAMP ROOM - NIGHT\n\nA lamp.", "A lamp, lamp room interior, at night")]
    [InlineData("INT./EXT. TRAIN - DAY\n\nHills pass.", "Hills pass, train, by day")]
    [InlineData("I/E TRAIN - MORNING\n\nHills pass.", "Hills pass, train, in the morning")]
    [InlineData("ext. sea - dawn\n\nA boat.", "A boat, sea, at dawn")]
    [InlineData("EXT. SEA - DAWN\n\nA boat on the sea at dawn.", "A boat on the sea at dawn")]
    [InlineData("EXT. HARBOUR - PIER - NOON\n\nGulls.", "Gulls, harbour, pier, at noon")]
    [InlineData("EXT. SEA \u2014 NIGHT\n\nA boat.", "A boat, sea, at night")]
    [InlineData("EXT. SEA - DAY #12A#\n\nA boat.", "A boat, sea, by day")]
    [InlineData(".THE DEEP\n\nA whale.", "A whale, the deep")]
    [InlineData("EXT. SEA\n\nA boat.", "A boat, sea")]
    [InlineData("A boat.", "A boat")]
    [InlineData("EXT. SEAS - DAY\n\nA seasoned day-tripper.", "A seasoned day-tripper, seas")]
    [InlineData("EXT. X - DAY\n\nOne\ntwo.", "One two, x, by day")]
    [InlineData("EXT. X - DAY\n\n!INT THE DARK", "INT THE DARK, x, by day")]
    [InlineData("EXT. X - DAY\n\nA *red* **balloon** _rises_.", "A red balloon rises, x, by day")]
    [InlineData("EXT. X - DAY\n\n**A *red* boat**", "A red boat, x, by day")]
    [InlineData("EXT. X - DAY\n\n\\*A\\* and snake_case", "*A* and snake_case, x, by day")]
    [InlineData("EXT. X - DAY\n\nA boat. [[a plain note]]", "A boat, x, by day")]
    [InlineData("EXT. X - DAY\n\nA /* not a */ boat.", "A boat, x, by day")]
    [InlineData("EXT. X - DAY\n\nA [[over\ntwo lines]] boat.", "A boat, x, by day")]
    [InlineData("EXT. X - DAY\n\n# Act one\n\n= A synopsis\n\n===\n\nA boat.", "A boat, x, by day")]
    [InlineData("EXT. X - DAY\n\n~La la la\n\nA boat.", "A boat, x, by day")]
    [InlineData("EXT. X - DAY\n\n> THE SEA <\n\nA boat.", "A boat, x, by day")]
    [InlineData("EXT. X - DAY\n\n@McGee\nHello.\n\nA boat.", "A boat, x, by day")]
    [InlineData("EXT. X - DAY\n\nANNA (V.O.)\nHello.\n  \nYes.\n\nA boat.", "A boat, x, by day")]
    [InlineData("Title: A Film\n    in two lines\nAuthor: X\n\nA boat.", "A boat")]
    [InlineData("EXT. X - DAY\n\n/* A train.\n\nBirds. */\n\nA boat.", "A boat, x, by day")]
    public void Read_OneShot_PromptSaysWhatIsSeen(string text, string prompt)
    {
        var reading = Read(text);

        Assert.Equal(prompt, Assert.Single(reading.Storyboard!.Shots).Prompt);
        Assert.DoesNotContain(reading.Faults, fault => fault.Severity == FaultSeverity.Error);
    }

    [Theory]
    [InlineData("CUT TO:", TransitionKind.Cut)]
    [InlineData("SMASH CUT TO:", TransitionKind.Cut)]
    [InlineData("DISSOLVE TO:", TransitionKind.CrossFade)]
    [InlineData("> CROSSFADE TO:", TransitionKind.CrossFade)]
    [InlineData("> FADE OUT.", TransitionKind.Fade)]
    [InlineData("FADE OUT.", TransitionKind.Fade)]
    [InlineData("> FADE TO BLACK.", TransitionKind.Fade)]
    [InlineData("> FADE OUT.\n\nFADE IN:", TransitionKind.Fade)]
    public void Read_TransitionLine_JoinsTheShotsAroundIt(string line, TransitionKind kind)
    {
        var reading = Read($"EXT. SEA - DAY\n\nA boat.\n\n{line}\n\nEXT. HILLS - DAY\n\nA train.");

        Assert.Equal(kind, reading.Storyboard!.Shots[0].Transition!.Kind);
        Assert.Null(reading.Storyboard.Shots[1].Transition);
        Assert.Empty(reading.Faults);
    }

    [Fact]
    public void Read_ShotNote_SetsWhatWordsCannot()
    {
        var reading = Read(
            "EXT. SEA - DAY\n\nA boat.\n[[shot: 2s, slow pan left, seed 7, steps 12, guidance 4.5, "
            + "id beam, continues other, end last.png, size 160x96, fps 24000/1001, "
            + "crossfade 4f, sampler euler, takes 4, loop, negative: rain, people]]");

        var shot = Assert.Single(reading.Storyboard!.Shots);
        Assert.Empty(reading.Faults);
        Assert.Equal(
            new StoryboardShot
            {
                Id = "beam",
                Prompt = "A boat, sea, by day",
                NegativePrompt = "rain, people",
                Length = "2s",
                Seed = 7,
                Size = new FrameSize(160, 96),
                FrameRate = new FrameRate(24000, 1001),
                Steps = 12,
                Guidance = 4.5,
                Sampler = "euler",
                Takes = 4,
                Camera = "slow pan left",
                Transition = new() { Kind = TransitionKind.CrossFade, FrameCount = 4 },
                StartKeyframe = new() { Continues = "other" },
                EndKeyframe = new() { Image = "last.png" },
                Loop = true,
            },
            shot);
    }

    [Fact]
    public void Read_NoteOfAMask_IsTheShots()
    {
        var reading = Read("EXT. SEA - DAY\n\nA boat.\n[[shot: start sea.png, mask sky.png]]");

        var shot = Assert.Single(reading.Storyboard!.Shots);
        Assert.Empty(reading.Faults);
        Assert.Equal(("sea.png", "sky.png"), (shot.StartKeyframe!.Image, shot.Mask));
    }

    [Theory]
    [InlineData("source waves.mp4", "waves.mp4", null)]
    [InlineData("remakes beam", null, "beam")]
    public void Read_NoteOfASource_IsWhatTheShotMakesAnew(string note, string? video, string? id)
    {
        var reading = Read($"EXT. SEA - DAY\n\nA boat.\n[[shot: {note}, strength 0.6]]");

        var shot = Assert.Single(reading.Storyboard!.Shots);
        Assert.Empty(reading.Faults);
        Assert.Equal(new SourceClip { Video = video, Shot = id }, shot.Source);
        Assert.Equal(0.6, shot.Strength);
    }

    [Fact]
    public void Read_NotesOfReuse_AreTheShotsAndTheFilms()
    {
        var reading = Read(
            "[[film: reuse 0.05]]\n\nEXT. SEA - DAY\n\nA boat.\n[[shot: reuse 0]]");

        Assert.Empty(reading.Faults);
        Assert.Equal(0.05, reading.Storyboard!.Defaults!.Reuse);
        Assert.Equal(0, Assert.Single(reading.Storyboard.Shots).Reuse);
    }

    [Fact]
    public void Read_FilmNoteAndTitlePage_SetTheDefaults()
    {
        var reading = Read(
            "Title: The _Sea_\nModel: flipbook\nDraft: 2nd\nFrame rate: 8\nCodec: av1\n\n"
            + "[[film: seed 3, draft, soundtrack waves.wav, crossfade 3f]]\n\n"
            + "EXT. SEA - DAY\n\nA boat.");

        var film = reading.Storyboard!;
        Assert.Empty(reading.Faults);
        Assert.Equal(("The Sea", "flipbook"), (film.Title, film.Model));
        Assert.Equal("waves.wav", film.Soundtrack);
        Assert.True(film.Draft);
        Assert.Equal(ReelCodec.Av1, film.Codec);
        Assert.Equal((3L, new FrameRate(8, 1)), (film.Defaults!.Seed, film.Defaults.FrameRate));
        Assert.Equal(TransitionKind.CrossFade, film.Defaults.Transition!.Kind);
    }

    [Fact]
    public void Read_Continuous_KeepsTheTimeOfTheSceneBefore()
    {
        var reading = Read(
            "EXT. SEA - NIGHT\n\nA boat.\n\nEXT. PIER - CONTINUOUS\n\nA house.");

        Assert.Equal("A house, pier, at night", reading.Storyboard!.Shots[1].Prompt);
    }

    [Fact]
    public void Read_NoteBelowItsShot_BelongsToIt()
    {
        var reading = Read("A boat.\n\n[[shot: seed 1]]\n\nA train.\n\n[[shot: seed 2]]");

        Assert.Equal([1L, 2L], reading.Storyboard!.Shots.Select(shot => shot.Seed!.Value));
    }

    [Fact]
    public void Read_Shot_PlaceIsItsLine()
    {
        var reading = Read("EXT. SEA - DAY\n\nA boat.\n\nA train.\n[[shot: seed 2]]");

        Assert.Equal("line 5", reading.PlaceOf("$.shots[1].prompt"));
        Assert.Equal("line 6", reading.PlaceOf("$.shots[1].seed"));
    }

    [Fact]
    public void Read_NotesInOneLongLine_TakesTimeInProportion()
    {
        var text = "A boat " + string.Concat(Enumerable.Repeat("[[x]]", 200_000));

        var reading = Read(text);

        Assert.Equal("A boat", Assert.Single(reading.Storyboard!.Shots).Prompt);
    }

    private static StoryboardReading Read(string text) =>
        StoryboardReader.Read(new Script { Format = ScriptFormat.Fountain, Text = text });
}
