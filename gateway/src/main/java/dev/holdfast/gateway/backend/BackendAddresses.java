package dev.holdfast.gateway.backend;

import io.netty.channel.EventLoop;
import io.netty.resolver.AddressResolverGroup;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import org.springframework.util.DigestUtils;
import reactor.core.publisher.Mono;

/// The addresses behind the backend's name. Several records are several replicas; a game prefers the same one for
/// as long as the set stays the same (rendezvous hashing), which spares the replicas conflicts and is otherwise of
/// no importance.
final class BackendAddresses {
    private final AddressResolverGroup<InetSocketAddress> resolver;
    private final InetSocketAddress name;

    BackendAddresses(BackendProperties properties, AddressResolverGroup<InetSocketAddress> resolver) {
        this.resolver = resolver;
        name = InetSocketAddress.createUnresolved(properties.host(), properties.port());
    }

    /// All addresses, the one the game prefers first. Never empty; fails with [BackendFailure] when the name has
    /// none.
    Mono<List<InetSocketAddress>> of(String game, EventLoop eventLoop) {
        return Mono.create(sink -> resolver.getResolver(eventLoop)
                .resolveAll(name)
                .addListener(resolved -> {
                    if (resolved.isSuccess()) {
                        @SuppressWarnings("unchecked") // resolveAll's future has a list
                        List<InetSocketAddress> addresses = (List<InetSocketAddress>) resolved.getNow();
                        sink.success(preferred(game, addresses));
                    } else {
                        sink.error(new BackendFailure(
                                "the name %s has no address".formatted(name.getHostString()), resolved.cause()));
                    }
                }));
    }

    static List<InetSocketAddress> preferred(String game, List<InetSocketAddress> addresses) {
        return addresses.size() == 1
                ? addresses
                : addresses.stream()
                        .sorted(Comparator.comparing((InetSocketAddress address) -> weight(game, address)))
                        .toList();
    }

    private static String weight(String game, InetSocketAddress address) {
        String replica = address.getAddress().getHostAddress() + ":" + address.getPort();
        return DigestUtils.md5DigestAsHex((game + "@" + replica).getBytes(StandardCharsets.UTF_8));
    }
}
