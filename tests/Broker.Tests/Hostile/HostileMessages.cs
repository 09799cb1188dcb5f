using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RenderFarm.Broker.Tests.Dispatch;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Reels;
using RenderFarm.Contracts.Shots;
using RenderFarm.ServiceDefaults.Bus;

namespace RenderFarm.Broker.Tests.Hostile;

/// <summary>
/// Makes messages that are almost valid: fields of other kinds, huge, deep, doubled, reordered, of
/// another job, cut short, and bytes that are no text.
/// </summary>
internal sealed class HostileMessages(Random random, string jobId)
{
    private const string Plain = "application/json";
    private const string Enveloped = "application/vnd.masstransit+json";

    private static readonly string[] Names =
    [
        "", " ", ".", "..", "../../etc/passwd", "a/b", "a:b", "a*b", "{x}", "%00", "\0", "\ud800",
        "\u202e", "job-1", "worker-1", "render.x", "farm.shots", "amq.direct", "null", "\r\nX: y",
        new string('a', 65), new string('z', 70_000),
    ];

    private static readonly JsonSerializerOptions DeepJson = new() { MaxDepth = 200 };

    private static readonly string[] Doors =
        [FarmQueues.Commands, FarmQueues.Requests, FarmQueues.Shots, FarmQueues.Reels];

    /// <summary>One more message.</summary>
    public HostileMessage Next()
    {
        var body = Pick(Valid());
        var type = body.GetType();
        var node = JsonSerializer.SerializeToNode(body, type, FarmJson.Options)!;
        var changeCount = random.Next(4);
        for (var change = 0; change < changeCount; change++)
        {
            Change(node);
        }

        var isCommand = body is SubmitJob or CancelJob or GetJob;
        var queue = random.Next(20) == 0 ? Pick(Doors)
            : isCommand ? (random.Next(2) == 0 ? FarmQueues.Commands : FarmQueues.Requests)
            : body is ReelStitched or ReelFailed ? FarmQueues.Reels
            : FarmQueues.Shots;
        var name = random.Next(30) == 0 ? Pick(Names[..19]) : type.Name;
        var isPlain = queue == FarmQueues.Commands;
        var text = isPlain ? Write(node) : Write(Envelope(node, type, name));
        return new HostileMessage(
            queue,
            random.Next(40) == 0 ? "text/plain" : isPlain ? Plain : Enveloped,
            name.Replace('\ud800', '?'),
            Damage(Encoding.UTF8.GetBytes(text)));
    }

    private object[] Valid() =>
    [
        new SubmitJob { JobId = Job(), Prompt = "a red ball", Priority = JobPriority.Batch },
        new SubmitJob
        {
            JobId = Job(),
            Storyboard = new Storyboard
            {
                Title = "The ball",
                Shots = [new StoryboardShot { Id = "one", Prompt = "a red ball rolls" }],
            },
        },
        new CancelJob { JobId = "no-such-job" },
        new GetJob { JobId = Job() },
        new ClaimShot
        {
            JobId = Job(),
            ShotIndex = random.Next(3),
            DispatchId = Guid.Empty.ToString(),
            AttemptId = $"attempt-{random.Next(9)}",
            WorkerId = "worker-1",
        },
        new RenewLease
        {
            JobId = Job(),
            ShotIndex = random.Next(3),
            AttemptId = $"attempt-{random.Next(9)}",
            Stage = AttemptStage.Rendering,
            StepNumber = 1,
            StepCount = 4,
        },
        new AttemptCommitted
        {
            JobId = Job(),
            ShotIndex = random.Next(3),
            AttemptId = "attempt-1",
            Clip = Films.Clip(new string('a', 64), "attempt-1"),
        },
        new AttemptFailed
        {
            JobId = Job(),
            ShotIndex = random.Next(3),
            AttemptId = "attempt-1",
            WorkerId = "worker-1",
            Error = RenderError.BadModel,
            Message = "why",
        },
        new AttemptHandedBack
        {
            JobId = Job(), ShotIndex = 0, AttemptId = "attempt-1", WorkerId = "worker-1",
        },
        new WorkerAnnounced
        {
            WorkerId = $"evil-{random.Next(50)}",
            Queues = [$"render.evil-{random.Next(50)}"],
            Busy = false,
            Leaving = random.Next(2) == 0,
        },
        new ReelStitched { Reel = Reels.Of(Job(), "attempt-1", "attempt-2") },
        new ReelFailed { JobId = Job(), Revision = 1, Message = "why", Permanent = true },
    ];

    private string Job() => random.Next(3) == 0 ? jobId : $"film-{random.Next(5)}";

    /// <summary>Changes one thing somewhere.</summary>
    private void Change(JsonNode node)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } map:
                var field = Pick([.. map.Select(pair => pair.Key)]);
                if (map[field] is (JsonObject or JsonArray) and { } child && random.Next(2) == 0)
                {
                    Change(child);
                }
                else if (random.Next(6) == 0)
                {
                    map.Remove(field);
                }
                else
                {
                    map[field] = Value();
                }

                break;
            case JsonArray list:
                var count = random.Next(50) == 0 ? 5_000 : random.Next(4);
                for (var more = 0; more < count; more++)
                {
                    list.Add((JsonNode?)$"render.{random.Next(100_000)}");
                }

                list.Add(Value());
                break;
        }
    }

    private JsonNode? Value() => random.Next(12) switch
    {
        0 => null,
        1 => JsonValue.Create(-1),
        2 => JsonValue.Create(long.MaxValue),
        3 => JsonValue.Create(1e300),
        4 => JsonValue.Create(true),
        5 => new JsonObject { ["a"] = 1 },
        6 => new JsonArray(1, 2, 3),
        7 => JsonValue.Create(999),
        8 => Deep(random.Next(2) == 0 ? 20 : 60),
        _ => JsonValue.Create(Pick(Names)),
    };

    private static JsonNode Deep(int levels) =>
        levels == 0 ? JsonValue.Create(0) : new JsonArray(Deep(levels - 1));

    private JsonObject Envelope(JsonNode message, Type type, string name) => new()
    {
        ["messageId"] = random.Next(50) == 0 ? Value() : Guid.CreateVersion7().ToString(),
        ["requestId"] = random.Next(2) == 0 ? null : Guid.CreateVersion7().ToString(),
        ["responseAddress"] = random.Next(50) == 0 ? Value() : null,
        ["messageType"] = random.Next(50) == 0
            ? Value()
            : new JsonArray($"urn:message:{type.Namespace}:{name}"),
        ["message"] = message,
        ["headers"] = random.Next(50) == 0 ? Value() : new JsonObject(),
    };

    /// <summary>As text: sometimes with a field twice, which no document model writes.</summary>
    private string Write(JsonNode node)
    {
        string text;
        try
        {
            text = node.ToJsonString(DeepJson);
        }
        catch (ArgumentException)
        {
            // Half a character cannot be written; as bytes it comes below.
            text = "{\"jobId\":\"\\ud800\"}";
        }

        return random.Next(25) == 0 && text.Length > 2
            ? $"{text[..^1]},{text[1..]}"
            : text;
    }

    private byte[] Damage(byte[] bytes)
    {
        switch (random.Next(16))
        {
            case 0:
                return bytes[..random.Next(bytes.Length + 1)];
            case 1 when bytes.Length > 0:
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                return bytes;
            case 2 when bytes.Length > 0:
                bytes[random.Next(bytes.Length)] = 0;
                return bytes;
            default:
                return bytes;
        }
    }

    private T Pick<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];
}
