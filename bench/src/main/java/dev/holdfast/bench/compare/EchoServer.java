package dev.holdfast.bench.compare;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A backend that upgrades whoever asks and sends back each frame: as little work as there can be, so that what is
/// measured is what stands before it. With the link (docs/protocol.md, section 7) it says with each message what the
/// game-backend would. Loopback only.
final class EchoServer implements AutoCloseable {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455, section 1.3
    private static final int BACKLOG = 4096;
    private static final int OPCODE = 0xf;
    private static final int BINARY = 0x2;
    private static final int PONG = 0x8a;
    /// What the game-backend's cursors end with, behind a number: ten letters.
    private static final String CURSOR_TAG = ".m2TzAb_-kQ";
    private static final String LINK = "Holdfast-Link";

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final Channel listener;

    /// @param speaksLink whether it accepts the link that a gateway offers
    EchoServer(int port, boolean speaksLink) {
        listener = new ServerBootstrap()
                .group(loop)
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new Echo(speaksLink));
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .syncUninterruptibly()
                .channel();
    }

    /// @param arguments a port, and whether it speaks the link
    public static void main(String[] arguments) {
        new EchoServer(Integer.parseInt(arguments[0]), Boolean.parseBoolean(arguments[1]));
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    @Override
    public void close() {
        Future<?> _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        private final StringBuilder head = new StringBuilder();
        private final SmallFrames frames = new SmallFrames();
        private final boolean speaksLink;
        private boolean isOpen;
        private boolean isLinked;
        private long messages;

        Echo(boolean speaksLink) {
            this.speaksLink = speaksLink;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf in = (ByteBuf) message;
            try {
                if (!isOpen) {
                    readHead(ctx, in);
                }
                if (isOpen) {
                    frames.read(in, (first, bytes, from, length) -> echo(ctx, first, bytes, from, length));
                }
            } finally {
                in.release();
            }
        }

        private void readHead(ChannelHandlerContext ctx, ByteBuf in) {
            while (in.isReadable() && !isOpen) {
                head.append((char) in.readByte());
                isOpen = head.length() > 3 && head.indexOf("\r\n\r\n", head.length() - 4) >= 0;
            }
            if (isOpen) {
                isLinked = speaksLink && header(LINK).isPresent();
                ctx.writeAndFlush(ByteBufUtil.writeAscii(ctx.alloc(), answer()), ctx.voidPromise());
            }
        }

        private String answer() {
            return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                    + accept(header("Sec-WebSocket-Key").orElse("")) + (isLinked ? "\r\n" + LINK + ": 1" : "")
                    + "\r\n\r\n";
        }

        private Optional<String> header(String name) {
            String start = name.toLowerCase(Locale.ROOT) + ":";
            return head.toString()
                    .lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
                    .map(line -> line.substring(start.length()).strip())
                    .findFirst();
        }

        private static String accept(String key) {
            try {
                byte[] hash =
                        MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
                return Base64.getEncoder().encodeToString(hash);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-1", e);
            }
        }

        private void echo(ChannelHandlerContext ctx, int first, byte[] bytes, int from, int length) {
            if (isLinked && (first & OPCODE) <= BINARY) {
                messages++;
                ctx.write(linkFrame(ctx, "A " + messages), ctx.voidPromise());
                ctx.write(linkFrame(ctx, "E " + messages + CURSOR_TAG), ctx.voidPromise());
            }
            ByteBuf out = ctx.alloc().buffer(2 + length);
            out.writeByte(first).writeByte(length).writeBytes(bytes, from, length);
            ctx.write(out, ctx.voidPromise());
        }

        private static ByteBuf linkFrame(ChannelHandlerContext ctx, String payload) {
            ByteBuf frame =
                    ctx.alloc().buffer(2 + payload.length()).writeByte(PONG).writeByte(payload.length());
            frame.writeCharSequence(payload, StandardCharsets.US_ASCII);
            return frame;
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // A connection that was reset; what is open is counted at the other end
            ctx.close();
        }
    }
}
