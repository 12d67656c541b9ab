package dev.holdfast.game.log.redis;

import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandHandler;
import io.lettuce.core.protocol.CommandType;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Pings a Redis that says nothing, and closes a connection on which it goes on saying nothing. Lettuce then makes
/// another one and sends again what had no answer. By itself it would learn from the kernel alone, after a quarter of
/// an hour, that the host behind a connection is gone. Runs on the connection's event loop.
final class KeepAlive extends IdleStateHandler {
    /// Without a word from the server, before it is pinged.
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /// Leaves more time for the answer to the ping than a command has. So a Redis that is slow for once (an fsync of
    /// seconds, a fork) is left alone while anybody waits for it.
    private static final int INTERVALS_UNTIL_SILENT = 7;

    private static final Logger logger = LoggerFactory.getLogger(KeepAlive.class);

    private int silentIntervals;

    KeepAlive() {
        super(INTERVAL.toMillis(), 0, 0, TimeUnit.MILLISECONDS);
    }

    /// Before the handler that consumes the replies, and behind the one that does the handshake, which has a limit of
    /// its own.
    static void watch(Channel channel) {
        var replies = channel.pipeline().context(CommandHandler.class);
        channel.pipeline().addBefore(replies.name(), "keep-alive", new KeepAlive());
    }

    @Override
    protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
        silentIntervals = event.isFirst() ? 1 : silentIntervals + 1;
        if (event.isFirst()) {
            context.channel().writeAndFlush(new Command<>(CommandType.PING, new StatusOutput<>(StringCodec.UTF8)));
        } else if (silentIntervals == INTERVALS_UNTIL_SILENT) {
            logger.warn(
                    "Redis has said nothing for {} s on the connection to {}; connecting again",
                    INTERVAL.multipliedBy(silentIntervals).toSeconds(),
                    context.channel().remoteAddress());
            context.close();
        }
    }
}
