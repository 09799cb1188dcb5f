using System.Buffers.Binary;
using System.Text;

namespace RenderFarm.Telemetry.Tests;

/// <summary>A span as it was sent; the numbers are those of OpenTelemetry's trace.proto.</summary>
internal sealed record SentSpan
{
    public required string Service { get; init; }

    public required string TraceId { get; init; }

    public required string SpanId { get; init; }

    public required string ParentId { get; init; }

    public required string Name { get; init; }

    public required ulong Start { get; init; }

    public required ulong End { get; init; }

    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    /// <summary>Reads an ExportTraceServiceRequest.</summary>
    public static IEnumerable<SentSpan> Read(byte[] request) =>
        from resource in ProtobufFields.Read(request, 1)
        let service = ReadTags(ProtobufFields.Read(resource, 1).Single(), 1)["service.name"]
        from scope in ProtobufFields.Read(resource, 2)
        from span in ProtobufFields.Read(scope, 2)
        select ReadSpan(service, span);

    private static SentSpan ReadSpan(string service, ReadOnlyMemory<byte> span)
    {
        var fields = ProtobufFields.Read(span).ToLookup(f => f.Number, f => f.Bytes);
        return new SentSpan
        {
            Service = service,
            TraceId = Convert.ToHexString(fields[1].Single().Span),
            SpanId = Convert.ToHexString(fields[2].Single().Span),
            ParentId = Convert.ToHexString(fields[4].SingleOrDefault().Span),
            Name = Encoding.UTF8.GetString(fields[5].Single().Span),
            Start = BinaryPrimitives.ReadUInt64LittleEndian(fields[7].Single().Span),
            End = BinaryPrimitives.ReadUInt64LittleEndian(fields[8].Single().Span),
            Tags = ReadTags(span, 9),
        };
    }

    /// <summary>Attributes that are text; others are left out.</summary>
    private static Dictionary<string, string> ReadTags(ReadOnlyMemory<byte> owner, int number)
    {
        var tags = new Dictionary<string, string>();
        foreach (var pair in ProtobufFields.Read(owner, number))
        {
            var key = Encoding.UTF8.GetString(ProtobufFields.Read(pair, 1).Single().Span);
            foreach (var text in ProtobufFields.Read(pair, 2)
                .SelectMany(value => ProtobufFields.Read(value, 1)))
            {
                tags[key] = Encoding.UTF8.GetString(text.Span);
            }
        }

        return tags;
    }
}
