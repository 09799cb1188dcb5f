using RenderFarm.Broker.Planning;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Garbage;

/// <summary>
/// Collects images, videos and sound of which no job knows. First a word that it is leaving is
/// written for each, then every job is read again, and only then they go. A job looks for that
/// word after its spec is written: so either it finds the word, or its spec is found here.
/// </summary>
internal sealed class InputGarbage(
    IObjectStore objects, GarbageMarks marks, Collector collector)
{
    /// <summary>Collects what is left on a list after marking.</summary>
    /// <returns>How many objects were deleted.</returns>
    public async Task<int> CollectAsync(
        GarbageList list, string tenantId, CancellationToken cancellationToken)
    {
        var count = 0;
        if (list.Inputs.Count > 0)
        {
            foreach (var sha256 in list.Inputs.Keys)
            {
                await objects.PutIfAbsentAsync(
                    ObjectKeys.LeavingInput(tenantId, sha256),
                    ReadOnlyMemory<byte>.Empty,
                    "text/plain",
                    cancellationToken);
            }

            await marks.TakeOffAsync(list, tenantId, cancellationToken);
            foreach (var input in list.Inputs.Values)
            {
                count += await collector.DeleteAsync(
                    GarbageKind.Input, input, cancellationToken);
            }
        }

        // Those of a pass that died, too.
        await foreach (var word in objects.ListAsync(
            ObjectKeys.LeavingInputs(tenantId), cancellationToken))
        {
            await objects.DeleteAsync(word.Key, cancellationToken);
        }

        return count;
    }

    /// <summary>
    /// Whether an image, a video or the sound of a job whose spec is written is going or gone.
    /// </summary>
    public async Task<bool> IsLeavingAsync(JobSpec spec, CancellationToken cancellationToken)
    {
        var inputs = spec.Shots
            .SelectMany(shot => GarbageMarks.InputsOf(shot.Task))
            .Concat(new[] { spec.SoundtrackSha256 }.OfType<string>())
            .Distinct();
        foreach (var sha256 in inputs)
        {
            // In this order: the word goes after the input.
            var word = ObjectKeys.LeavingInput(spec.TenantId, sha256);
            var input = ObjectKeys.Input(spec.TenantId, sha256);
            if (await objects.TryHeadAsync(word, cancellationToken) is not null
                || await objects.TryHeadAsync(input, cancellationToken) is null)
            {
                return true;
            }
        }

        return false;
    }
}
