namespace RenderFarm.ServiceDefaults.Bus.Memory;

/// <summary>RabbitMQ's topic patterns: <c>*</c> is one word, <c>#</c> any number of them.</summary>
internal sealed class TopicPattern(string pattern)
{
    private readonly string[] words = pattern.Split('.');

    public bool Matches(string routingKey) => Matches(words, routingKey.Split('.'));

    private static bool Matches(ReadOnlySpan<string> pattern, ReadOnlySpan<string> key)
    {
        while (pattern.Length > 0 && pattern[0] != "#")
        {
            if (key.Length == 0 || (pattern[0] != "*" && pattern[0] != key[0]))
            {
                return false;
            }

            pattern = pattern[1..];
            key = key[1..];
        }

        if (pattern.Length == 0)
        {
            return key.Length == 0;
        }

        for (var skipped = 0; skipped <= key.Length; skipped++)
        {
            if (Matches(pattern[1..], key[skipped..]))
            {
                return true;
            }
        }

        return false;
    }
}
