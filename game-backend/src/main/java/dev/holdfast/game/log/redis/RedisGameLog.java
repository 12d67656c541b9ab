package dev.holdfast.game.log.redis;

import dev.holdfast.game.log.AppendResult;
import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.GameLog;
import dev.holdfast.game.log.NewEvent;
import dev.holdfast.game.log.Page;
import dev.holdfast.game.log.ReadFailure.Diverged;
import dev.holdfast.game.log.ReadFailure.Truncated;
import dev.holdfast.game.log.Snapshot;
import dev.holdfast.game.log.StoreRefused;
import dev.holdfast.game.log.StoredEvent;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisReadOnlyException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Keeps games in Redis 7 or Valkey, each in a stream, a hash with its head and a hash with its snapshot, which
/// share one hash tag. The conditional append is a script, so any number of game-backends may write
/// (docs/storage.md).
public final class RedisGameLog implements GameLog, AutoCloseable {
    private final RedisClient client;
    private final Demotion demotion;
    private final StatefulRedisConnection<String, byte[]> connection;
    private final RedisAsyncCommands<String, byte[]> commands;
    private final Wakeups wakeups;
    private final Disposable examinations;
    private final Disposable.Swap memoryWatch = Disposables.swap();

    /// Told how much memory the server uses, in bytes.
    @FunctionalInterface
    public interface MemoryListener {
        /// @param limit at which it refuses to keep more, 0 if there is none
        void used(long used, long limit);
    }

    private RedisGameLog(RedisClient client, ChannelGroup channels, Examination examination) {
        this.client = client;
        this.demotion = new Demotion(channels);
        this.connection = client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
        this.commands = connection.async();
        this.wakeups = new Wakeups(client.connectPubSub(), this::head);
        this.examinations = examination.repeat(connection);
    }

    /// Connects, blocking. Throws [StoreRefused] if the server cannot be reached or would lose acknowledged appends.
    ///
    /// @param url `redis://` or `rediss://`, as Lettuce reads it
    /// @param requireDurable whether to refuse a server that may lose acknowledged appends
    /// @param wrong told, after each reconnection, how much is wrong with the server that is there then
    public static RedisGameLog open(String url, boolean requireDurable, IntConsumer wrong) {
        var examination = new Examination(requireDurable, wrong);
        ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        RedisClient client = RedisClients.create(url, channels);
        try {
            examination.pass(client);
            return new RedisGameLog(client, channels, examination);
        } catch (RedisException failure) {
            RedisClients.end(client);
            throw new StoreRefused(
                    "the server cannot be used: " + failure.getMessage() + ", " + rootMessage(failure), failure);
        } catch (StoreRefused refused) {
            RedisClients.end(client);
            throw refused;
        }
    }

    private static String rootMessage(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    @Override
    public Mono<Cursor> head(GameId game) {
        return Mono.fromCompletionStage(() -> commands.hget(meta(game), "head"))
                .map(RedisGameLog::cursor)
                .defaultIfEmpty(Cursor.ORIGIN);
    }

    @Override
    public Mono<AppendResult> append(GameId game, Cursor expected, List<NewEvent> batch) {
        var wanted = new Cursor(expected.seq() + batch.size(), batch.getLast().tag());
        List<byte[]> arguments = new ArrayList<>(List.of(
                utf8(expected.toString()),
                utf8(wanted.toString()),
                utf8(Long.toString(expected.seq())),
                utf8(Wakeups.channel(game)),
                utf8(Long.toString(GameLog.retention(wanted).toMillis()))));
        batch.forEach(event -> {
            arguments.add(utf8(event.tag()));
            arguments.add(event.body());
        });
        return this.<List<byte[]>>run(Scripts.APPEND, ScriptOutputType.MULTI, game, arguments)
                .map(reply -> {
                    Cursor head = cursor(reply.get(1));
                    return text(reply.get(0)).equals("appended")
                            ? new AppendResult.Appended(head)
                            : new AppendResult.Conflict(head);
                });
    }

    @Override
    public Mono<Page> read(GameId game, Cursor after) {
        List<byte[]> arguments = List.of(
                utf8(after.toString()),
                utf8(Long.toString(after.seq())),
                utf8(Integer.toString(Page.MAX_EVENTS)),
                utf8(Integer.toString(Page.MAX_BYTES)));
        return this.<List<Object>>run(Scripts.READ, ScriptOutputType.MULTI, game, arguments)
                .map(reply -> {
                    Cursor head = cursor((byte[]) reply.get(0));
                    Cursor start = cursor((byte[]) reply.get(1));
                    if (after.seq() < start.seq()) {
                        throw new Truncated(game, after, start);
                    }
                    if (reply.size() == 2) {
                        throw new Diverged(game, after, head);
                    }
                    return new Page(events((List<?>) reply.get(2)));
                });
    }

    /// Each is `[id, [t, tag, b, body]]`.
    private static List<StoredEvent> events(List<?> entries) {
        List<StoredEvent> events = new ArrayList<>(entries.size());
        for (Object entry : entries) {
            List<?> idAndFields = (List<?>) entry;
            List<?> fields = (List<?>) idAndFields.get(1);
            String id = text((byte[]) idAndFields.get(0));
            long seq = Long.parseLong(id.substring(0, id.indexOf('-')));
            events.add(new StoredEvent(new Cursor(seq, text((byte[]) fields.get(1))), (byte[]) fields.get(3)));
        }
        return events;
    }

    @Override
    public Flux<Cursor> hints(GameId game) {
        return wakeups.of(game);
    }

    @Override
    public Mono<Void> snapshot(GameId game, Cursor at, byte[] state, long trimUpTo) {
        List<byte[]> arguments = List.of(
                utf8(at.toString()),
                utf8(Long.toString(at.seq())),
                state,
                utf8(Long.toString(Math.min(trimUpTo, at.seq()))));
        return run(Scripts.SNAPSHOT, ScriptOutputType.INTEGER, game, arguments).then();
    }

    @Override
    public Mono<Snapshot> snapshot(GameId game) {
        return Mono.fromCompletionStage(() -> commands.hmget(snap(game), "at", "state"))
                .filter(found -> found.get(0).hasValue() && found.get(1).hasValue())
                .map(found -> new Snapshot(
                        cursor(found.get(0).getValue()), found.get(1).getValue()));
    }

    @Override
    public boolean isShared() {
        return true;
    }

    /// By its name; a server that was restarted has forgotten it and is sent the whole script.
    private <T> Mono<T> run(Script script, ScriptOutputType type, GameId game, List<byte[]> arguments) {
        String[] keys = {log(game), meta(game), snap(game)};
        byte[][] values = arguments.toArray(byte[][]::new);
        return Mono.<T>fromCompletionStage(() -> commands.evalsha(script.sha1(), type, keys, values))
                .onErrorResume(
                        RedisNoScriptException.class,
                        _ -> Mono.fromCompletionStage(() -> commands.eval(script.source(), type, keys, values)))
                .doOnError(RedisReadOnlyException.class, _ -> demotion.met());
    }

    private static String log(GameId game) {
        return "{" + game + "}:log";
    }

    private static String meta(GameId game) {
        return "{" + game + "}:meta";
    }

    private static String snap(GameId game) {
        return "{" + game + "}:snap";
    }

    private static Cursor cursor(byte[] stored) {
        return Cursor.parse(text(stored))
                .orElseThrow(() -> new IllegalStateException("cursor in Redis: " + text(stored)));
    }

    private static String text(byte[] stored) {
        return new String(Objects.requireNonNull(stored), StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Tells the listener every few seconds.
    public void watchMemory(MemoryListener listener) {
        memoryWatch.update(Fullness.watch(commands, listener));
    }

    @Override
    public void close() {
        memoryWatch.dispose();
        examinations.dispose();
        connection.close();
        RedisClients.end(client);
    }
}
