namespace RenderFarm.Diffusion.Onnx.Graphs;

/// <summary>Reads what a graph's file says of an input or output.</summary>
internal static class GraphValue
{
    public static GraphTensor Read(ProtoReader value)
    {
        var tensor = new GraphTensor("", "no tensor", []);
        while (value.Read())
        {
            if (value.Field == 1)
            {
                tensor = tensor with { Name = value.Text() };
            }
            else if (value.Field == 2)
            {
                tensor = ReadType(value.Message(), tensor);
            }
        }

        return tensor;
    }

    private static GraphTensor ReadType(ProtoReader type, GraphTensor tensor)
    {
        while (type.Read())
        {
            if (type.Field != 1)
            {
                continue;
            }

            var inner = type.Message();
            while (inner.Read())
            {
                if (inner.Field == 1)
                {
                    tensor = tensor with { Type = ElementTypes.NameOf(inner.Number) };
                }
                else if (inner.Field == 2)
                {
                    tensor = tensor with { Dimensions = ReadShape(inner.Message()) };
                }
            }
        }

        return tensor;
    }

    private static List<string> ReadShape(ProtoReader shape)
    {
        List<string> sizes = [];
        while (shape.Read())
        {
            if (shape.Field == 1)
            {
                sizes.Add(ReadSize(shape.Message()));
            }
        }

        return sizes;
    }

    private static string ReadSize(ProtoReader size)
    {
        var text = "?";
        while (size.Read())
        {
            text = size.Field == 1 ? $"{size.Number}" : size.Field == 2 ? size.Text() : text;
        }

        return text;
    }
}
