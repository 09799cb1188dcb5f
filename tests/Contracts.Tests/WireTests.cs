using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace RenderFarm.Contracts.Tests;

public sealed class WireTests
{
    private static string Folder { get; } = Path.Combine(SourceFolder(), "Goldens");

    public static TheoryData<string> Names() =>
        [.. ContractSample.Types.Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Message_Written_IsItsGolden(string name)
    {
        var type = TypeOf(name);
        var path = Path.Combine(Folder, $"{name}.json");
        var written =
            JsonSerializer.Serialize(ContractSample.Of(type), type, FarmJson.Indented) + "\n";
        if (Environment.GetEnvironmentVariable("RENDERFARM_WRITE_GOLDENS") == "1")
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(path, written);
        }

        Assert.True(
            File.Exists(path),
            $"{name} has no golden; run with RENDERFARM_WRITE_GOLDENS=1 to write it.");
        Assert.Equal(File.ReadAllText(path), written);
    }

    [Fact]
    public void Goldens_EveryFile_IsOfAMessage()
    {
        var files = Directory.EnumerateFiles(Folder).Select(Path.GetFileNameWithoutExtension);

        Assert.Equal(ContractSample.Types.Select(type => type.Name).Order(), files.Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Message_ReadAndWritten_IsTheSame(string name)
    {
        var golden = Golden(name);

        var read = golden.Deserialize(TypeOf(name), FarmJson.Options);

        var again = JsonSerializer.SerializeToNode(read, TypeOf(name), FarmJson.Options);
        Assert.True(JsonNode.DeepEquals(golden, again));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Message_WithAFieldFromLater_IsRead(string name)
    {
        var golden = Golden(name);
        golden["addedLater"] = new JsonObject { ["deep"] = 1 };

        Assert.NotNull(golden.Deserialize(TypeOf(name), FarmJson.Options));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Message_RequiredFieldMissing_IsRefused(string name)
    {
        var required = ContractSample.Properties(TypeOf(name))
            .Where(property => property.IsDefined(typeof(RequiredMemberAttribute)));

        Assert.All(required, property =>
        {
            var golden = Golden(name);
            Assert.True(golden.Remove(JsonName(property)));
            Assert.ThrowsAny<JsonException>(
                () => golden.Deserialize(TypeOf(name), FarmJson.Options));
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Message_NullWhereNoneMayBe_IsRefused(string name)
    {
        var nullability = new NullabilityInfoContext();
        var strict = ContractSample.Properties(TypeOf(name))
            .Where(property => nullability.Create(property).WriteState == NullabilityState.NotNull);

        Assert.All(strict, property =>
        {
            var golden = Golden(name);
            golden[JsonName(property)] = null;
            Assert.ThrowsAny<JsonException>(
                () => golden.Deserialize(TypeOf(name), FarmJson.Options));
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Message_Absent_IsLeftOut(string name)
    {
        var nullability = new NullabilityInfoContext();
        var sample = ContractSample.Of(TypeOf(name));
        var optional = ContractSample.Properties(TypeOf(name))
            .Where(property => nullability.Create(property).WriteState == NullabilityState.Nullable)
            .ToList();
        optional.ForEach(property => property.SetValue(sample, null));

        var written = JsonSerializer.SerializeToNode(sample, TypeOf(name), FarmJson.Options)!;

        Assert.All(
            optional, property => Assert.False(written.AsObject().ContainsKey(JsonName(property))));
    }

    [Fact]
    public void Enums_EveryValue_CrossesTheWireByName()
    {
        foreach (var type in ContractSample.Enums)
        {
            var names = Enum.GetValues(type).Cast<object>()
                .Select(value => JsonSerializer.SerializeToNode(value, type, FarmJson.Options)!)
                .ToList();

            Assert.All(names, name =>
            {
                Assert.Equal(JsonValueKind.String, name.GetValueKind());
                Assert.True(char.IsLower(name.GetValue<string>()[0]), $"{type.Name}: {name}");
            });
            Assert.Equal(
                Enum.GetValues(type).Cast<object>(),
                names.Select(name => name.Deserialize(type, FarmJson.Options)!));
        }
    }

    [Fact]
    public void Enums_AnUnknownName_IsRefused()
    {
        Assert.All(ContractSample.Enums, type => Assert.ThrowsAny<JsonException>(
            () => JsonSerializer.Deserialize("\"fromLater\"", type, FarmJson.Options)));
    }

    [Fact]
    public void Json_DeeperThanAllowed_IsRefused()
    {
        var deep = new string('[', FarmJson.MaxDepth + 1) + new string(']', FarmJson.MaxDepth + 1);

        Assert.ThrowsAny<JsonException>(
            () => JsonSerializer.Deserialize<JsonElement>(deep, FarmJson.Options));
    }

    private static Type TypeOf(string name) =>
        ContractSample.Types.Single(type => type.Name == name);

    private static JsonObject Golden(string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, $"{name}.json")))!.AsObject();

    private static string JsonName(PropertyInfo property) =>
        JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    private static string SourceFolder([CallerFilePath] string path = "") =>
        Path.GetDirectoryName(path)!;
}
