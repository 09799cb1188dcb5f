using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;
using Xunit;

namespace RenderFarm.Contracts.Tests;

/// <summary>Keeps <c>docs/messages.schema.json</c>, which the message API uses, true.</summary>
public sealed class MessageSchemaTests
{
    private static readonly Type[] Messages =
    [
        typeof(SubmitJob), typeof(CancelJob), typeof(PauseJob), typeof(ResumeJob), typeof(GetJob),
        typeof(JobAccepted), typeof(JobRejected), typeof(JobSnapshot), typeof(JobUnknown),
        typeof(ShotProgressed), typeof(ShotRendered), typeof(ShotFailed), typeof(ShotMissed),
        typeof(JobPaused), typeof(JobResumed), typeof(JobCompleted), typeof(JobFailed),
        typeof(JobCanceled), typeof(BudgetWarned),
    ];

    private static string Docs { get; } = FindDocs();

    [Fact]
    public void Schema_Committed_IsWhatTheContractsSay()
    {
        var path = Path.Combine(Docs, "messages.schema.json");
        var written = Write();
        if (Environment.GetEnvironmentVariable("RENDERFARM_WRITE_GOLDENS") == "1")
        {
            File.WriteAllText(path, written);
        }

        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == written,
            "docs/messages.schema.json differs from the contracts; run with "
                + "RENDERFARM_WRITE_GOLDENS=1 to write it anew.");
    }

    [Fact]
    public void AsyncApi_EveryMessage_IsDescribedAndExists()
    {
        var described = File.ReadLines(Path.Combine(Docs, "asyncapi.yaml"))
            .Where(line => line.Contains("messages.schema.json#/$defs/", StringComparison.Ordinal))
            .Select(line => line.Split("$defs/")[1].TrimEnd(' ', '}', '\''));

        Assert.Equal(Messages.Select(type => type.Name).Order(), described.Order());
    }

    private static string Write()
    {
        var options = new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = Transform,
        };
        var definitions = new JsonObject();
        foreach (var type in Messages)
        {
            definitions[type.Name] = FarmJson.Options.GetJsonSchemaAsNode(type, options);
        }

        // A reference within one message points at that message's root, which is now a definition.
        foreach (var (name, definition) in definitions)
        {
            Rebase(definition!, $"#/$defs/{name}");
        }

        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "RenderFarm messages",
            ["$defs"] = definitions,
        };
        return schema.ToJsonString(new JsonSerializerOptions
        {
            WriteIndented = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }) + "\n";
    }

    private static JsonNode Transform(JsonSchemaExporterContext context, JsonNode node)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        return type == typeof(FrameSize)
            ? new JsonObject { ["type"] = "string", ["pattern"] = "^[0-9]{1,5}x[0-9]{1,5}$" }
            : type == typeof(FrameRate)
                ? new JsonObject
                {
                    ["type"] = "string",
                    ["pattern"] = "^[0-9]{1,6}(/[0-9]{1,6})?$",
                }
                : node;
    }

    private static void Rebase(JsonNode node, string root)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list.OfType<JsonNode>())
            {
                Rebase(item, root);
            }
        }
        else if (node is JsonObject fields)
        {
            if ((string?)(fields["$ref"] as JsonValue) is { } reference)
            {
                fields["$ref"] = root + reference[1..];
            }

            foreach (var (_, value) in fields.Where(field => field.Value is not null))
            {
                Rebase(value!, root);
            }
        }
    }

    private static string FindDocs()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "RenderFarm.sln")))
        {
            folder = folder.Parent
                ?? throw new InvalidOperationException("no RenderFarm.sln above");
        }

        return Path.Combine(folder.FullName, "docs");
    }
}
