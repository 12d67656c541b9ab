package dev.holdfast.game.log.redis;

/// The Lua scripts. Each runs as one step in the server, on the keys of one game: `KEYS` are log, meta and snap.
final class Scripts {
    /// ARGV: expected head, wanted head, seq before the first event, channel, milliseconds to live, then each event's
    /// tag and body.
    /// A head that is the wanted one already means that the client library has sent the call again. The wake-up may
    /// fail, since the append is done by then: an answer that it failed would be wrong.
    static final Script APPEND = new Script("""
            local head = redis.call('HGET', KEYS[2], 'head') or '0.0'
            if head == ARGV[2] then return {'appended', head} end
            if head ~= ARGV[1] then return {'conflict', head} end
            local seq = tonumber(ARGV[3])
            for i = 6, #ARGV, 2 do
              seq = seq + 1
              redis.call('XADD', KEYS[1], string.format('%d-0', seq), 't', ARGV[i], 'b', ARGV[i + 1])
            end
            redis.call('HSET', KEYS[2], 'head', ARGV[2])
            for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], ARGV[5]) end
            redis.pcall('PUBLISH', ARGV[4], ARGV[2])
            return {'appended', ARGV[2]}
            """);

    /// ARGV: cursor, its seq, most events, bytes of bodies to stop at. Gives head and start and, if the log has the
    /// cursor, the events after it.
    /// A few at a time, since XRANGE bounds their number only: all at once may be gigabytes, and one by one takes
    /// the server nearly twice as long.
    static final Script READ = new Script("""
            local head = redis.call('HGET', KEYS[2], 'head') or '0.0'
            local start = redis.call('HGET', KEYS[2], 'start') or '0.0'
            local last = ARGV[2] .. '-0'
            if start ~= ARGV[1] then
              local at = redis.call('XRANGE', KEYS[1], last, last)
              if #at == 0 or ARGV[2] .. '.' .. at[1][2][2] ~= ARGV[1] then return {head, start} end
            end
            local events, bytes, most, enough = {}, 0, tonumber(ARGV[3]), tonumber(ARGV[4])
            repeat
              local found = redis.call('XRANGE', KEYS[1], '(' .. last, '+', 'COUNT', 8)
              for _, event in ipairs(found) do
                if #events == most or bytes >= enough then break end
                events[#events + 1] = event
                bytes = bytes + #event[2][4]
                last = event[1]
              end
            until #found < 8 or #events == most or bytes >= enough
            return {head, start, events}
            """);

    /// ARGV: cursor, its seq, state, seq up to which events may go. Keeps the newest snapshot, if the log has its
    /// cursor, and trims behind it.
    /// Trims first: a full server goes on with a script whose first write needs no memory. So it takes a snapshot
    /// that makes room, but none that does not, nor an append.
    static final Script SNAPSHOT = new Script("""
            local at = redis.call('XRANGE', KEYS[1], ARGV[2] .. '-0', ARGV[2] .. '-0')
            if #at == 0 or ARGV[2] .. '.' .. at[1][2][2] ~= ARGV[1] then return 0 end
            local kept = tonumber(redis.call('HGET', KEYS[3], 'seq') or '-1')
            if kept >= tonumber(ARGV[2]) then return 0 end
            local last = redis.call('XRANGE', KEYS[1], ARGV[4] .. '-0', ARGV[4] .. '-0')
            if #last == 1 then
              redis.call('XTRIM', KEYS[1], 'MINID', string.format('%d-0', tonumber(ARGV[4]) + 1))
              redis.call('HSET', KEYS[2], 'start', ARGV[4] .. '.' .. last[1][2][2])
            end
            redis.call('HSET', KEYS[3], 'at', ARGV[1], 'seq', ARGV[2], 'state', ARGV[3])
            local life = redis.call('PTTL', KEYS[2])
            if life > 0 then redis.call('PEXPIRE', KEYS[3], life) end
            return 1
            """);

    private Scripts() {}
}
