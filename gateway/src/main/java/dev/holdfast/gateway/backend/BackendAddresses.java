package dev.holdfast.gateway.backend;

import io.netty.channel.EventLoop;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.util.DigestUtils;

/// The addresses behind the backend's name. Several records are several replicas; a game prefers the same one for
/// as long as the set stays the same (rendezvous hashing), which spares the replicas conflicts and is otherwise of
/// no importance.
final class BackendAddresses {
    /// RFC 8767, section 5: so long an answer is waited for before what was known last is used.
    private static final long PATIENCE_MILLIS = 1_800;

    private final AddressResolverGroup<InetSocketAddress> resolver;
    private final InetSocketAddress name;
    private volatile List<InetSocketAddress> lastKnown = List.of();

    BackendAddresses(BackendProperties properties, AddressResolverGroup<InetSocketAddress> resolver) {
        this.resolver = resolver;
        name = InetSocketAddress.createUnresolved(properties.host(), properties.port());
    }

    /// All addresses, the one the game prefers first; those known last while the name servers say nothing, or nothing
    /// of use. Never empty; fails with [BackendFailure] when the name never had any.
    ///
    /// @param lost the one to be last, behind those that follow it: who is sent away again and again comes to all;
    ///     null if there is none
    Future<List<InetSocketAddress>> of(String game, @Nullable SocketAddress lost, EventLoop eventLoop) {
        Promise<List<InetSocketAddress>> answer = eventLoop.newPromise();
        resolve(game, lost, eventLoop, answer);
        return answer;
    }

    private void resolve(
            String game, @Nullable SocketAddress lost, EventLoop eventLoop, Promise<List<InetSocketAddress>> answer) {
        resolver.getResolver(eventLoop).resolveAll(name).addListener(resolved -> {
            if (resolved.isSuccess()) {
                @SuppressWarnings("unchecked") // resolveAll's future has a list
                List<InetSocketAddress> addresses = (List<InetSocketAddress>) resolved.getNow();
                lastKnown = addresses;
                answer.trySuccess(preferred(game, lost, addresses));
            } else if (lastKnown.isEmpty()) {
                answer.tryFailure(new BackendFailure(
                        "the name %s has no address".formatted(name.getHostString()), resolved.cause()));
            } else {
                answer.trySuccess(preferred(game, lost, lastKnown));
            }
        });
        if (!answer.isDone() && !lastKnown.isEmpty()) {
            var patience = eventLoop.schedule(
                    () -> answer.trySuccess(preferred(game, lost, lastKnown)), PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            answer.addListener(_ -> patience.cancel(false));
        }
    }

    private static List<InetSocketAddress> preferred(
            String game, @Nullable SocketAddress lost, List<InetSocketAddress> addresses) {
        if (addresses.size() == 1) {
            return addresses;
        }
        List<InetSocketAddress> sorted = new ArrayList<>(addresses);
        sorted.sort(Comparator.comparing(address -> weight(game, address)));
        // Where it is not among them, its index is -1 and nothing moves
        Collections.rotate(sorted, -1 - sorted.indexOf(lost));
        return sorted;
    }

    private static String weight(String game, InetSocketAddress address) {
        String replica = address.getAddress().getHostAddress() + ":" + address.getPort();
        return DigestUtils.md5DigestAsHex((game + "@" + replica).getBytes(StandardCharsets.UTF_8));
    }
}
