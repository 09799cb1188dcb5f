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
        local ids = redis.call('ZRANGE', KEYS[1], 0, ARGV[1] - 1)
        if #ids == 0 then
          return ids
        end
        local rows = {}
        for i, text in ipairs(redis.call('HMGET', KEYS[2], unpack(ids))) do
          rows[2 * i - 1] = ids[i]
          rows[2 * i] = text
        end
        return rows
        """;

    /// <summary>
    /// Compares versions, then writes records, indexes and outbox; <see cref="RedisCommit"/> says
    /// in which order the arguments come. Answers a <see cref="CommitResult"/>, or 3 in another
    /// epoch or one that went back, and the number of commits. Every call from a script costs, and
    /// is a line of the file that is flushed: what can be said in one call is.
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
        local limits = at
        at = limits + 1 + 2 * tonumber(ARGV[limits])
        for i = limits + 1, at - 2, 2 do
          if redis.call('ZCARD', prefix .. ARGV[i]) >= tonumber(ARGV[i + 1]) then
            return {2, commits}
          end
        end
        for i = 1, #KEYS do
          local version = ARGV[2 * i + 2]
          local text = ARGV[2 * i + 3]
          if text == '' then
            redis.call('DEL', KEYS[i])
          elseif text ~= '=' then
            if version == '-1' then
              version = redis.call('HGET', KEYS[i], 'v') or '0'
            end
            redis.call('HSET', KEYS[i], 'v', version + 1, 'j', text)
          end
        end
        local index_count = tonumber(ARGV[at])
        at = at + 1
        for i = 1, index_count do
          local index = prefix .. ARGV[at]
          local last = at + 1 + 2 * tonumber(ARGV[at + 1])
          if last > at + 1 then
            redis.call('ZADD', index, unpack(ARGV, at + 2, last))
          end
          at = last + 2 + tonumber(ARGV[last + 1])
          if at > last + 2 then
            redis.call('ZREM', index, unpack(ARGV, last + 2, at - 1))
          end
        end
        if at < #ARGV then
          local row_count = (#ARGV + 1 - at) / 2
          local place = redis.call('INCRBY', prefix .. 'outbox:last', row_count) - row_count
          for first = at, #ARGV, 1000 do
            local last = math.min(first + 999, #ARGV)
            local order = {}
            for i = first, last, 2 do
              place = place + 1
              order[#order + 1] = place
              order[#order + 1] = ARGV[i]
            end
            redis.call('ZADD', prefix .. 'outbox', unpack(order))
            redis.call('HSET', prefix .. 'outbox:rows', unpack(ARGV, first, last))
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
        for first = 1, #ARGV, 1000 do
          local last = math.min(first + 999, #ARGV)
          redis.call('ZREM', KEYS[1], unpack(ARGV, first, last))
          redis.call('HDEL', KEYS[2], unpack(ARGV, first, last))
        end
        return 0
        """;
}
