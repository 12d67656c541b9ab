package dev.holdfast.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;
import io.netty.util.AttributeKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// A WebSocket server on a free loopback port. It sends each player one application ping, and hands every text message
/// to its `behaviour`. A request for no session, and one whose path ends with `unwelcome`, is refused with 503.
final class SmallServer implements AutoCloseable {
    private static final AttributeKey<String> PATH = AttributeKey.valueOf("path");

    /// Answers pings, and nothing else.
    static final BiConsumer<ChannelHandlerContext, String> FRIENDLY = (context, text) -> {
        if (text.contains("\"ping\"")) {
            say(context, "{\"type\":\"pong\"}");
        }
    };

    final Queue<String> received = new ConcurrentLinkedQueue<>();

    /// Of all who asked for a session; "none" for one without.
    final Queue<String> authorizations = new ConcurrentLinkedQueue<>();

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel channel;

    SmallServer(BiConsumer<ChannelHandlerContext, String> behaviour) {
        this(behaviour, "/nobody");
    }

    SmallServer(BiConsumer<ChannelHandlerContext, String> behaviour, String unwelcome) {
        channel = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel player) {
                        player.pipeline()
                                .addLast(
                                        new HttpServerCodec(),
                                        new HttpObjectAggregator(1024),
                                        new Doorkeeper(unwelcome),
                                        new WebSocketServerProtocolHandler("/ws", null, false, 1024, false, true),
                                        new Conversation(behaviour));
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    URI url() {
        return URI.create("ws://localhost:" + ((InetSocketAddress) channel.localAddress()).getPort());
    }

    static void say(ChannelHandlerContext context, String text) {
        context.writeAndFlush(new TextWebSocketFrame(text));
    }

    /// Ends the TCP connection without the close frame that the pipeline's own handler would send.
    static void cut(ChannelHandlerContext context) {
        context.pipeline().firstContext().close();
    }

    static String path(ChannelHandlerContext context) {
        @Nullable String path = context.channel().attr(PATH).get();
        return path == null ? "" : path;
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private final class Doorkeeper extends SimpleChannelInboundHandler<FullHttpRequest> {
        private final String unwelcome;

        Doorkeeper(String unwelcome) {
            this.unwelcome = unwelcome;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            context.channel().attr(PATH).set(request.uri());
            boolean isForSession = request.uri().startsWith("/ws/");
            if (isForSession) {
                authorizations.add(request.headers().get("Authorization", "none"));
            }
            if (!isForSession || request.uri().endsWith(unwelcome)) {
                if (request.content().isReadable()) {
                    received.add(request.content().toString(StandardCharsets.UTF_8));
                }
                context.writeAndFlush(new DefaultFullHttpResponse(
                                HttpVersion.HTTP_1_1,
                                HttpResponseStatus.SERVICE_UNAVAILABLE,
                                Unpooled.copiedBuffer("unwelcome", StandardCharsets.UTF_8)))
                        .addListener(ChannelFutureListener.CLOSE);
            } else {
                context.fireChannelRead(request.retain());
            }
        }
    }

    private final class Conversation extends SimpleChannelInboundHandler<TextWebSocketFrame> {
        private final BiConsumer<ChannelHandlerContext, String> behaviour;

        Conversation(BiConsumer<ChannelHandlerContext, String> behaviour) {
            this.behaviour = behaviour;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof HandshakeComplete) {
                say(context, "{\"type\":\"ping\"}");
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame) {
            received.add(frame.text());
            behaviour.accept(context, frame.text());
        }
    }
}
