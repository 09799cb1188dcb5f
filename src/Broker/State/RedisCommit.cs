using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using RenderFarm.Contracts;
using StackExchange.Redis;

namespace RenderFarm.Broker.State;

/// <summary>A commit as the arguments of <see cref="RedisScripts.Commit"/>.</summary>
internal static class RedisCommit
{
    // A script's call takes some thousand arguments, and no more.
    private const int MostMembers = 1000;

    // A row's message is JSON within JSON, where every quote would be six characters.
    private static readonly JsonSerializerOptions RowJson = new(FarmJson.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>
    /// The prefix; the epoch that the versions were read in, or nothing, and how many commits it
    /// had by then at least; per record version and text (none deletes, <c>=</c> only compares);
    /// number of limits, and per limit index and count; number of changed indexes, and per index
    /// its name, how many members are put and each with its score before it, how many are taken out
    /// and which; per row id and text.
    /// </summary>
    public static RedisValue[] Arguments(string prefix, StoreMark? before, Commit commit)
    {
        var arguments = new List<RedisValue>(
            6 + (2 * commit.Records.Count) + (3 * commit.Indexes.Count) + (2 * commit.Rows.Count))
        {
            prefix,
            before?.EpochId ?? "",
            before?.CommitCount ?? 0,
        };
        foreach (var record in commit.Records)
        {
            arguments.Add(record.ExpectedVersion);
            arguments.Add(record.Json ?? "");
        }

        arguments.Add(commit.Limits.Count);
        foreach (var limit in commit.Limits)
        {
            arguments.Add(limit.Index);
            arguments.Add(limit.Count);
        }

        AddIndexes(arguments, commit.Indexes);
        foreach (var row in commit.Rows)
        {
            arguments.Add(row.Id);
            arguments.Add(JsonSerializer.Serialize(row.Message, RowJson));
        }

        return [.. arguments];
    }

    private static void AddIndexes(
        List<RedisValue> arguments, IReadOnlyList<IndexChange> changes)
    {
        // Of two changes of one member the later one counts.
        var scores = new Dictionary<string, Dictionary<string, double?>>();
        foreach (var change in changes)
        {
            if (!scores.TryGetValue(change.Index, out var members))
            {
                scores.Add(change.Index, members = []);
            }

            members[change.Member] = change.Score;
        }

        var some = scores
            .SelectMany(index => index.Value.Chunk(MostMembers), (index, members) =>
                (Index: index.Key, Members: members))
            .ToList();
        arguments.Add(some.Count);
        foreach (var (index, members) in some)
        {
            arguments.Add(index);
            arguments.Add(members.Count(member => member.Value is not null));
            foreach (var (member, score) in members)
            {
                if (score is { } number)
                {
                    arguments.Add(number.ToString("R", CultureInfo.InvariantCulture));
                    arguments.Add(member);
                }
            }

            arguments.Add(members.Count(member => member.Value is null));
            arguments.AddRange(members
                .Where(member => member.Value is null)
                .Select(member => (RedisValue)member.Key));
        }
    }
}
