using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using RenderFarm.Diffusion.Checkpoints;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Checkpoints;

public sealed class CheckpointFileTests
{
    private const int VersionAt = 8;
    private const int BodyAt = 44;

    private static readonly Checkpoint Sample = new(
        new CheckpointOrigin("model", "cpu-fp32", "request"),
        new ClipPoint
        {
            TakeIndex = 3,
            PassIndex = 1,
            StepIndex = 2,
            Latents = [1.5f, float.Epsilon, -0f],
            Seam = [float.MaxValue],
            History = [[0.25f], [], [-3, 4]],
            Noise = [uint.MaxValue, 7],
            Verdicts = [new(TakeFault.Frozen, 0.1), new(null, null), new(TakeFault.NotFinite, 1)],
            BestIndex = 1,
            Best = [9, 10],
            Fault = "Step 1: expected finite latents, found ∞.",
            ReusedStepCount = 5,
            Reuse = new ReusePoint
            {
                Kind = 1,
                Rate = double.NaN,
                Change = 0.03,
                Input = [1, 2],
                Prediction = [3],
                Latest = [-4.5f],
            },
        },
        new StepProgress(16, 40));

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        var read = CheckpointFile.Read(Sample.ToBytes());

        var (expected, found) = (Sample.Point, read.Point);
        Assert.Equal(Sample.Origin, read.Origin);
        Assert.Equal(Sample.Step, read.Step);
        Assert.Equal(
            (expected.TakeIndex, expected.PassIndex, expected.StepIndex, expected.BestIndex),
            (found.TakeIndex, found.PassIndex, found.StepIndex, found.BestIndex));
        Assert.Equal(Bits(expected.Latents), Bits(found.Latents));
        Assert.Equal(Bits(expected.Seam), Bits(found.Seam));
        Assert.Equal(Bits(expected.Best), Bits(found.Best));
        Assert.Equal(expected.History.Select(Bits), found.History.Select(Bits));
        Assert.Equal(expected.Noise, found.Noise);
        Assert.Equal(expected.Verdicts, found.Verdicts);
        Assert.Equal(expected.Fault, found.Fault);
        Assert.Equal(expected.ReusedStepCount, found.ReusedStepCount);
        Assert.Equal(
            (expected.Reuse!.Kind, expected.Reuse.Rate, expected.Reuse.Change),
            (found.Reuse!.Kind, found.Reuse.Rate, found.Reuse.Change));
        Assert.Equal(Bits(expected.Reuse.Input), Bits(found.Reuse.Input));
        Assert.Equal(Bits(expected.Reuse.Prediction), Bits(found.Reuse.Prediction));
        Assert.Equal(Bits(expected.Reuse.Latest), Bits(found.Reuse.Latest));
        Assert.Equal(Sample.ToBytes(), read.ToBytes());
    }

    [Fact]
    public void Read_CutAtAnyLength_IsRefused()
    {
        var whole = Sample.ToBytes();

        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<CheckpointException>(() => CheckpointFile.Read(whole[..length]));
        }
    }

    [Fact]
    public void Read_CutAtAnyLengthWithItsDigestMadeGood_IsRefused()
    {
        var whole = Sample.ToBytes();

        for (var length = BodyAt; length < whole.Length; length++)
        {
            var cut = Sign(whole[..length]);
            Assert.Throws<CheckpointException>(() => CheckpointFile.Read(cut));
        }
    }

    [Fact]
    public void Read_WithAnyByteFlipped_IsRefused()
    {
        for (var at = 0; at < Sample.ToBytes().Length; at++)
        {
            var flipped = Sample.ToBytes();
            flipped[at] ^= 0x40;

            Assert.Throws<CheckpointException>(() => CheckpointFile.Read(flipped));
        }
    }

    [Fact]
    public void Read_WithAnyByteFlippedAndItsDigestMadeGood_IsReadOrRefused()
    {
        // Whoever can write a digest can write anything; nothing of it may break the reader.
        for (var at = BodyAt; at < Sample.ToBytes().Length; at++)
        {
            var flipped = Sample.ToBytes();
            flipped[at] ^= 0x80;

            var fault = Record.Exception(() => CheckpointFile.Read(Sign(flipped)));

            Assert.True(fault is null or CheckpointException, $"{at}: {fault}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(CheckpointFile.FormatVersion + 1)]
    [InlineData(int.MaxValue)]
    public void Read_OfAnotherFormat_SaysWhichOne(int version)
    {
        var file = Sample.ToBytes();
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(VersionAt), version);

        var fault = Assert.Throws<CheckpointException>(() => CheckpointFile.Read(file));

        Assert.Equal($"expected format version 2, found {version}", fault.Message);
    }

    [Fact]
    public void Read_WithMoreBehindIt_IsRefused()
    {
        var longer = Sign([.. Sample.ToBytes(), 0]);

        var fault = Assert.Throws<CheckpointException>(() => CheckpointFile.Read(longer));

        Assert.Contains("more bytes than the format has", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfSomethingElse_SaysSo()
    {
        var text = Encoding.UTF8.GetBytes(new string('x', 1000));

        var fault = Assert.Throws<CheckpointException>(() => CheckpointFile.Read(text));

        Assert.Equal("expected a checkpoint, found 1000 bytes of something else", fault.Message);
    }

    [Fact]
    public void Write_OfALongFault_StaysWithinTheLimit()
    {
        var checkpoint = new Checkpoint(
            Sample.Origin,
            Sample.Point with { Fault = new string('∞', 100_000) },
            Sample.Step);

        Assert.InRange(checkpoint.ToBytes().Length, 1, CheckpointFile.MostBesideTensors);
    }

    private static int[] Bits(float[] values) =>
        [.. values.Select(BitConverter.SingleToInt32Bits)];

    private static byte[] Sign(byte[] file)
    {
        SHA256.HashData(file.AsSpan(BodyAt), file.AsSpan(VersionAt + sizeof(int)));
        return file;
    }
}
