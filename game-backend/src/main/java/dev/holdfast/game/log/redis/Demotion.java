package dev.holdfast.game.log.redis;

import io.netty.channel.group.ChannelGroup;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What to do when the server has become another one's replica: it lives and answers, but takes no append any more. Its
/// name may stand for the new master by now, so all connections are made again. Safe from any thread.
final class Demotion {
    /// Between two attempts, when the name still leads to the replica.
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Logger logger = LoggerFactory.getLogger(Demotion.class);

    private final ChannelGroup channels;
    private final AtomicLong nextNanos = new AtomicLong(System.nanoTime());

    Demotion(ChannelGroup channels) {
        this.channels = channels;
    }

    /// The server has refused to write.
    void met() {
        long next = nextNanos.get();
        long now = System.nanoTime();
        if (now - next >= 0 && nextNanos.compareAndSet(next, now + PAUSE.toNanos())) {
            logger.warn("the Redis server is a replica and takes no moves; asking for its name anew");
            var _ = channels.close();
        }
    }
}
