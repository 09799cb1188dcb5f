namespace RenderFarm.Broker.State;

/// <summary>
/// What Redis does in one step. Every key lives on one primary, so a script may name indexes in its
/// arguments.
/// </summary>
internal static class RedisScripts
{
    /// <summary>
    /// Reads records and where the store stands, in one moment. KEYS: records. ARGV: prefix.
    /// Answers per record version and text, then the epoch's id, number, readiness and commits.
    /// </summary>
    public const string Load =
        """
        local found = {}
        local at = 0
        for i = 1, #KEYS do
          local record = redis.call('HMGET', KEYS[i], 'v', 'j')
          found[at + 1] = record[1]
          found[at + 2] = record[2]
          at = at + 2
        end
        local epoch = ARGV[1] .. 'epoch'
        local mark = redis.call('HMGET', epoch, 'id', 'number', 'ready', 'commits')
        for i = 1, 4 do
          found[at + i] = mark[i]
        end
        return found
        """;

    /// <summary>
    /// Reads the oldest rows of the outbox. KEYS: its order and its rows. ARGV: how many. Answers
    /// per row id and text.
    /// </summary>
    public const string Outbox =
        """
        local rows = {}
        for i, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, ARGV[1] - 1)) do
          rows[2 * i - 1] = id
          rows[2 * i] = redis.call('HGET', KEYS[2], id)
        end
        return rows
        """;

    /// <summary>
    /// Compares versions, then writes records, indexes and outbox. KEYS: records. ARGV: prefix; the
    /// epoch that the versions were read in, or nothing, and how many commits it had by then at
    /// least; per record version and text (none deletes, <c>=</c> only compares); number of index
    /// changes and per change index, member, score; number of limits and per limit index and count;
    /// per row id and text. Answers a <see cref="CommitResult"/>, or 3 in another epoch or one that
    /// went back, and the number of commits.
    /// </summary>
    public const string Commit =
        """
        local prefix = ARGV[1]
        local epoch = prefix .. 'epoch'
        local mark = redis.call('HMGET', epoch, 'id', 'commits')
        local commits = tonumber(mark[2] or '0')
        if ARGV[2] ~= '' and (mark[1] ~= ARGV[2] or commits < tonumber(ARGV[3])) then
          return {3, commits}
        end
        local at = 4
        for i = 1, #KEYS do
          local expected = ARGV[at]
          if expected ~= '-1' and (redis.call('HGET', KEYS[i], 'v') or '0') ~= expected then
            return {1, commits}
          end
          at = at + 2
        end
        local changes = at
        local change_count = tonumber(ARGV[changes])
        local limits = changes + 1 + 3 * change_count
        local rows = limits + 1 + 2 * tonumber(ARGV[limits])
        for i = limits + 1, rows - 2, 2 do
          if redis.call('ZCARD', prefix .. ARGV[i]) >= tonumber(ARGV[i + 1]) then
            return {2, commits}
          end
        end
        at = 4
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
        at = rows
        if at <= #ARGV then
          while at < #ARGV do
            local place = redis.call('INCR', prefix .. 'outbox:last')
            redis.call('ZADD', prefix .. 'outbox', place, ARGV[at])
            redis.call('HSET', prefix .. 'outbox:rows', ARGV[at], ARGV[at + 1])
            at = at + 2
          end
          redis.call('PUBLISH', prefix .. 'outbox:written', '')
        end
        return {0, redis.call('HINCRBY', epoch, 'commits', 1)}
        """;

    /// <summary>
    /// Begins an epoch and, if asked to, forgets every state; rights stay, since one of them is
    /// the right to do this. KEYS: the epoch. ARGV: prefix, the epoch that ends, the new one's id,
    /// number and readiness, whether to forget. Answers 1, or 0 when another one ended.
    /// </summary>
    public const string BeginEpoch =
        """
        if (redis.call('HGET', KEYS[1], 'id') or '') ~= ARGV[2] then
          return 0
        end
        if ARGV[6] == '1' then
          local right = ARGV[1] .. 'right:'
          for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
            if string.sub(key, 1, #right) ~= right then
              redis.call('UNLINK', key)
            end
          end
        end
        redis.call('HMSET', KEYS[1], 'id', ARGV[3], 'number', ARGV[4], 'ready', ARGV[5])
        return 1
        """;

    /// <summary>Says that an epoch's states are all there. KEYS: it. ARGV: its id.</summary>
    public const string FinishEpoch =
        """
        if redis.call('HGET', KEYS[1], 'id') == ARGV[1] then
          redis.call('HSET', KEYS[1], 'ready', '1')
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
