using System.Buffers.Binary;
using System.Text;

namespace RenderFarm.Media.Clips;

/// <summary>
/// The mark that pictures were made by a model, in the form that tools for provenance read: an XMP
/// packet with the IPTC's digital source type, in the place where MP4 files keep XMP.
/// </summary>
internal static class ProvenanceMark
{
    private const string Packet =
        $"""
        <?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
        <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
         xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
         xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
         Iptc4xmpExt:DigitalSourceType="{Slate.TrainedAlgorithmicMedia}"/></rdf:RDF></x:xmpmeta>
        <?xpacket end="r"?>
        """;

    // Which box holds XMP: part 3 of Adobe's XMP specification.
    private static readonly Guid BoxId = new("BE7ACFCB-97A9-42E8-9C71-999491E3AFAC");

    /// <summary>Appends the mark as a box of its own to a finished MP4 file.</summary>
    public static async Task AppendAsync(string path, CancellationToken cancellationToken)
    {
        var packet = Encoding.UTF8.GetBytes(Packet);
        var box = new byte[24 + packet.Length];
        BinaryPrimitives.WriteInt32BigEndian(box, box.Length);
        "uuid"u8.CopyTo(box.AsSpan(4));
        BoxId.TryWriteBytes(box.AsSpan(8), bigEndian: true, out _);
        packet.CopyTo(box, 24);
        await using var file = new FileStream(path, FileMode.Append, FileAccess.Write);
        await file.WriteAsync(box, cancellationToken);
    }
}
