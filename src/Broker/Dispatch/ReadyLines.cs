using System.Globalization;
using RenderFarm.Broker.State;

namespace RenderFarm.Broker.Dispatch;

/// <summary>Reads who waits in a queue's lines, in the order of each.</summary>
internal sealed class ReadyLines(IJobStore store)
{
    private const int PageSize = 64;
    private const int MostLines = 3000;

    /// <summary>The lines that a queue ever had, classes in order, then by tenant.</summary>
    public async Task<IReadOnlyList<DispatchLine>> FindAsync(
        string queue, CancellationToken cancellationToken)
    {
        var names = await store.ReadIndexAsync(
            IndexKeys.Lines(queue), IndexRange.First(MostLines), cancellationToken);
        return [.. names.Select(DispatchLine.Read)
            .OrderBy(line => line.Class).ThenBy(line => line.TenantId, StringComparer.Ordinal)];
    }

    /// <summary>The next shots of a line, at most so many.</summary>
    public async Task<List<(string JobId, int ShotIndex)>> PickAsync(
        string queue, DispatchLine line, int count, CancellationToken cancellationToken)
    {
        var picked = new List<(string, int)>();
        for (var offset = 0; picked.Count < count; offset += PageSize)
        {
            var jobIds = await store.ReadIndexAsync(
                IndexKeys.Jobs(queue, line),
                new IndexRange { Offset = offset, Count = PageSize },
                cancellationToken);
            foreach (var jobId in jobIds)
            {
                var shots = await store.ReadIndexAsync(
                    IndexKeys.Ready(jobId),
                    IndexRange.First(count - picked.Count),
                    cancellationToken);
                picked.AddRange(shots.Select(
                    shot => (jobId, int.Parse(shot, CultureInfo.InvariantCulture))));
                if (picked.Count == count)
                {
                    break;
                }
            }

            if (jobIds.Count < PageSize)
            {
                break;
            }
        }

        return picked;
    }
}
