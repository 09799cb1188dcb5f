using System.Reflection;
using RenderFarm.Contracts.Film;

namespace RenderFarm.Contracts.Tests;

/// <summary>Fills a contract's every property with a value that is the same every time.</summary>
internal static class ContractSample
{
    /// <summary>
    /// Every record of the contracts: messages, documents, and what they are made of.
    /// </summary>
    public static IReadOnlyList<Type> Types { get; } =
    [
        .. typeof(FarmJson).Assembly.GetExportedTypes()
            .Where(type => type.IsClass && !(type.IsAbstract && type.IsSealed) && !type.IsNested)
            .OrderBy(type => type.Name, StringComparer.Ordinal),
    ];

    public static IReadOnlyList<Type> Enums { get; } =
        [.. typeof(FarmJson).Assembly.GetExportedTypes().Where(type => type.IsEnum)];

    public static object Of(Type type)
    {
        var sample = Activator.CreateInstance(type)!;
        foreach (var property in Properties(type))
        {
            property.SetValue(sample, Value(property.PropertyType, property.Name));
        }

        return sample;
    }

    public static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite);

    private static object Value(Type type, string name)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum)
        {
            return Enum.GetValues(type).Cast<object>().Last();
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            var item = type.GetGenericArguments()[0];
            var list = Array.CreateInstance(item, 1);
            list.SetValue(Value(item, name), 0);
            return list;
        }

        return type switch
        {
            _ when type == typeof(string) => $"the {name}",
            _ when type == typeof(bool) => true,
            _ when type == typeof(int) => 3,
            _ when type == typeof(long) => 4_000_000_000L,
            _ when type == typeof(double) => 1.5,
            _ when type == typeof(TimeSpan) => new TimeSpan(0, 0, 1, 2, 500),
            _ when type == typeof(DateTimeOffset) =>
                new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            _ when type == typeof(FrameSize) => new FrameSize(160, 96),
            _ when type == typeof(FrameRate) => new FrameRate(24000, 1001),
            _ when Types.Contains(type) => Of(type),
            _ => throw new InvalidOperationException(
                $"{type} is no type for the wire; see {nameof(ContractSample)}"),
        };
    }
}
