namespace RenderFarm.Broker.State;

/// <summary>
/// What Redis does in one step. Every key lives on one primary, so a script may name indexes in its
/// arguments.
/// </summary>
internal static class RedisScripts
{
    /// <summary>
    /// Compares versions, then writes records, indexes and outbox. KEYS: records. ARGV: prefix; per
    /// record version and text (none deletes, <c>=</c> only compares); number of index changes and
    /// per change index, member, score; the limit's index and count; per row id and text. Answers a
    /// <see cref="CommitResult"/>.
    /// </summary>
    public const string Commit =
        """
        local prefix = ARGV[1]
        local at = 2
        for i = 1, #KEYS do
          local expected = ARGV[at]
          if expected ~= '-1' and (redis.call('HGET', KEYS[i], 'v') or '0') ~= expected then
            return 1
          end
          at = at + 2
        end
        local changes = at
        local change_count = tonumber(ARGV[changes])
        local limit = changes + 1 + 3 * change_count
        if ARGV[limit] ~= '' then
          if redis.call('ZCARD', prefix .. ARGV[limit]) >= tonumber(ARGV[limit + 1]) then
            return 2
          end
        end
        at = 2
        for i = 1, #KEYS do
          local text = ARGV[at + 1]
          if text == '' then
            redis.call('DEL', KEYS[i])
          elseif text ~= '=' then
            redis.call('HINCRBY', KEYS[i], 'v', 1)
            redis.call('HSET', KEYS[i], 'j', text)
          end
          at = at + 2
        end
        at = changes + 1
        for i = 1, change_count do
          if ARGV[at + 2] == '' then
            redis.call('ZREM', prefix .. ARGV[at], ARGV[at + 1])
          else
            redis.call('ZADD', prefix .. ARGV[at], ARGV[at + 2], ARGV[at + 1])
          end
          at = at + 3
        end
        at = limit + 2
        if at <= #ARGV then
          while at < #ARGV do
            local place = redis.call('INCR', prefix .. 'outbox:last')
            redis.call('ZADD', prefix .. 'outbox', place, ARGV[at])
            redis.call('HSET', prefix .. 'outbox:rows', ARGV[at], ARGV[at + 1])
            at = at + 2
          end
          redis.call('PUBLISH', prefix .. 'outbox:written', '')
        end
        return 0
        """;

    /// <summary>
    /// Takes or keeps a right. KEYS: it. ARGV: holder, milliseconds. Answers 1 or 0.
    /// </summary>
    public const string Hold =
        """
        local holder = redis.call('GET', KEYS[1])
        if holder and holder ~= ARGV[1] then
          return 0
        end
        redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
        return 1
        """;

    /// <summary>Deletes rows of the outbox. KEYS: its order and its rows. ARGV: ids.</summary>
    public const string Forget =
        """
        for i = 1, #ARGV do
          redis.call('ZREM', KEYS[1], ARGV[i])
          redis.call('HDEL', KEYS[2], ARGV[i])
        end
        return 0
        """;
}
