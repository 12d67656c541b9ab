package dev.holdfast.gateway.wire;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A name server that knows one set of addresses, whatever it is asked for, and lets nobody remember them if it is not
/// told for how long.
final class TestNames implements AfterAllCallback {
    private final MultiThreadIoEventLoopGroup thread = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel channel;
    private volatile Known known = new Known(List.of(), 0);
    private volatile boolean isSilent;

    private record Known(List<InetAddress> addresses, int ttlSeconds) {}

    TestNames() {
        channel = new Bootstrap()
                .group(thread)
                .channel(NioDatagramChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel opened) {
                        opened.pipeline()
                                .addLast(
                                        new DatagramDnsQueryDecoder(), new DatagramDnsResponseEncoder(), new Answers());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    void know(List<InetAddress> now) {
        know(now, 0);
    }

    /// @param ttlSeconds how long the addresses may be remembered
    void know(List<InetAddress> now, int ttlSeconds) {
        known = new Known(List.copyOf(now), ttlSeconds);
        isSilent = false;
    }

    /// Answers nobody, until it knows something again.
    void fallSilent() {
        isSilent = true;
    }

    DnsServerAddressStreamProvider provider() {
        return new SingletonDnsServerAddressStreamProvider((InetSocketAddress) channel.localAddress());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        channel.close().syncUninterruptibly();
        thread.shutdownGracefully().syncUninterruptibly();
    }

    private final class Answers extends SimpleChannelInboundHandler<DatagramDnsQuery> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramDnsQuery query) {
            if (isSilent) {
                return;
            }
            DnsQuestion question = query.recordAt(DnsSection.QUESTION);
            InetSocketAddress here = query.recipient();
            InetSocketAddress asker = query.sender();
            var response = new DatagramDnsResponse(here, asker, query.id());
            response.addRecord(DnsSection.QUESTION, new DefaultDnsQuestion(question.name(), question.type()));
            Known now = known;
            for (InetAddress address : now.addresses()) {
                DnsRecordType type = address instanceof Inet4Address ? DnsRecordType.A : DnsRecordType.AAAA;
                if (question.type().equals(type)) {
                    response.addRecord(
                            DnsSection.ANSWER,
                            new DefaultDnsRawRecord(
                                    question.name(),
                                    type,
                                    now.ttlSeconds(),
                                    Unpooled.wrappedBuffer(address.getAddress())));
                }
            }
            context.writeAndFlush(response);
        }
    }
}
