package dev.holdfast.gateway.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EntranceTest {
    /// As the acceptor has it, not yet with an event loop.
    private final EmbeddedChannel channel = new EmbeddedChannel(DefaultChannelId.newInstance(), false, false);

    private final HttpServer httpServer = new HttpServer();

    /// As the acceptor's, of which there is one for all connections.
    @ChannelHandler.Sharable
    private static final class HttpServer extends ChannelHandlerAdapter {
        private boolean isIn;

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            isIn = true;
        }
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void what_makes_it_the_http_servers_is_handed_over_before_it_acts() throws Exception {
        accept((connection, handler) -> {
            assertThat(connection).isSameAs(channel);
            assertThat(handler).isSameAs(httpServer);
            connection.pipeline().addLast(new ChannelHandlerAdapter() {});
        });
        channel.checkException();
        assertThat(channel.isOpen()).isTrue();
        assertThat(httpServer.isIn).isFalse();
        assertThat(channel.pipeline().toMap()).hasSize(1);

        channel.pipeline().addLast(httpServer);

        assertThat(httpServer.isIn).isTrue();
    }

    @Test
    void a_connection_for_which_there_is_no_memory_ends() throws Exception {
        accept((_, _) -> {
            throw new OutOfMemoryError("no memory for a gate");
        });

        assertThat(channel.isOpen()).isFalse();
        assertThat(httpServer.isIn).isFalse();
    }

    private void accept(BiConsumer<Channel, ChannelHandler> receive) throws Exception {
        channel.pipeline().addLast(new Entrance(receive)).addLast(httpServer);
        channel.register();
    }
}
