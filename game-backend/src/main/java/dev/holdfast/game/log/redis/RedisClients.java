package dev.holdfast.game.log.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.lettuce.core.resource.Transports;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Lettuce, with the limits within which a server that went away or silent is reached again when it is back.
final class RedisClients {
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(3);

    /// An address that nobody has answers nothing, and the next attempt may go to another one.
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    /// Between attempts to connect. With Lettuce's own, 30 s, a long outage would be longer for players by as much.
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /// Whatever the name server says: Docker's says ten minutes, and a server that was started anew has another
    /// address.
    private static final int LONGEST_TTL_SECONDS = 5;

    private static final int MAX_WAITING_COMMANDS = 10_000;

    private RedisClients() {}

    /// One that connects to the server at `url`, not connected yet; to be ended by [#end].
    ///
    /// @param channels gets those that it opens; Lettuce replaces one that is closed, and asks for the address anew
    static RedisClient create(String url, ChannelGroup channels) {
        return create(url, channels, DnsServerAddressStreamProviders.platformDefault());
    }

    static RedisClient create(String url, ChannelGroup channels, DnsServerAddressStreamProvider nameServers) {
        RedisURI uri = RedisURI.create(url);
        uri.setTimeout(COMMAND_TIMEOUT);
        ClientResources resources = ClientResources.builder()
                .nettyCustomizer(new NettyCustomizer() {
                    @Override
                    public void afterChannelInitialized(Channel channel) {
                        KeepAlive.watch(channel);
                        channels.add(channel);
                    }
                })
                .addressResolverGroup(new DnsAddressResolverGroup(new DnsNameResolverBuilder()
                        .datagramChannelType(Transports.datagramChannelClass())
                        .socketChannelType(Transports.socketChannelClass().asSubclass(SocketChannel.class))
                        .nameServerProvider(nameServers)
                        .ttl(0, LONGEST_TTL_SECONDS)))
                .reconnectDelay(Delay.exponential(Duration.ZERO, LONGEST_PAUSE, 2, TimeUnit.MILLISECONDS))
                .build();
        RedisClient client = RedisClient.create(resources, uri);
        client.setOptions(ClientOptions.builder()
                .socketOptions(
                        SocketOptions.builder().connectTimeout(CONNECT_TIMEOUT).build())
                .timeoutOptions(TimeoutOptions.enabled(COMMAND_TIMEOUT))
                .requestQueueSize(MAX_WAITING_COMMANDS)
                .build());
        return client;
    }

    /// Closes its connections and ends its threads, blocking.
    static void end(RedisClient client) {
        client.shutdown();
        client.getResources().shutdown(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
