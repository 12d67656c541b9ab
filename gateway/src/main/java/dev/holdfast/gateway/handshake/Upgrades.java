package dev.holdfast.gateway.handshake;

import dev.holdfast.gateway.limits.Admissions;
import dev.holdfast.gateway.limits.Place;
import dev.holdfast.gateway.limits.Verdict;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decides on each request for a session, from outside in: who calls, whether there is room, whether it is a proper
/// upgrade from an allowed origin. What may go on becomes a [Handshake].
final class Upgrades {
    private final AllowedOrigins origins;
    private final boolean originMayBeMissing;
    private final Callers callers;
    private final Admissions admissions;
    private final Handshake.Means means;

    Upgrades(
            AllowedOrigins origins,
            OriginProperties properties,
            Callers callers,
            Admissions admissions,
            Handshake.Means means) {
        this.origins = origins;
        this.originMayBeMissing = properties.mayBeMissing();
        this.callers = callers;
        this.admissions = admissions;
        this.means = means;
    }

    /// The doorman of one connection.
    Doorman doormanFor(Peer peer) {
        return new Doorman() {
            @Override
            public boolean isForSession(HttpRequest request) {
                return SessionPath.of(request.uri()) != null;
            }

            @Override
            public @Nullable Runnable answer(HttpRequest request, ClientGate gate) {
                return Upgrades.this.answer(peer, request, gate);
            }

            @Override
            public void turnedAway(@Nullable HttpRequest request, Refusal refusal) {
                Upgrades.this.turnedAway(peer, request, refusal);
            }
        };
    }

    private @Nullable Runnable answer(Peer peer, HttpRequest http, ClientGate gate) {
        SessionPath path = Objects.requireNonNull(SessionPath.of(http.uri()));
        UpgradeRequest request = new UpgradeRequest(http, path.game(), path.player());
        return switch (callers.find(peer, http.headers())) {
            case Refusal refusal -> refuse(gate, request, peer.address().getHostAddress(), refusal);
            case Caller caller -> answer(caller, request, gate);
        };
    }

    private @Nullable Runnable answer(Caller caller, UpgradeRequest request, ClientGate gate) {
        if (means.drain().isUnderWay()) {
            return sendAway(gate, request, caller, Refusal.draining());
        }
        Optional<Verdict.Refused> tooFast = admissions.arrive(caller.address());
        if (tooFast.isPresent()) {
            return sendAway(gate, request, caller, tooFast.get());
        }
        Refusal refusal = request.refusal(origins::allows, originMayBeMissing);
        if (refusal != null) {
            return refuse(gate, request, caller.address(), refusal);
        }
        return switch (admissions.reserve(caller.address())) {
            case Verdict.Refused refused -> sendAway(gate, request, caller, refused);
            case Verdict.Admitted admitted -> begin(caller, request, gate, admitted.place());
        };
    }

    /// Whether it was an upgrade can be told if its first line was read.
    private void turnedAway(Peer peer, @Nullable HttpRequest http, Refusal refusal) {
        SessionPath path = http == null ? null : SessionPath.of(http.uri());
        if (http == null) {
            means.log().refused(refusal, peer.address().getHostAddress(), "");
        } else if (path == null) {
            String origin = http.headers().get(HttpHeaderNames.ORIGIN, "");
            means.log().refused(refusal, callers.addressOf(peer, http.headers()), origin);
        } else {
            UpgradeRequest request = new UpgradeRequest(http, path.game(), path.player());
            record(request, callers.addressOf(peer, http.headers()), refusal);
        }
    }

    private void record(UpgradeRequest request, String address, Refusal refusal) {
        means.meters().ended(refusal.error());
        means.log().refused(request, address, refusal.error(), refusal.message());
    }

    private Runnable begin(Caller caller, UpgradeRequest request, ClientGate gate, Place place) {
        Handshake handshake = new Handshake(means, caller, request, gate, place);
        handshake.begin();
        return handshake::abandon;
    }

    private @Nullable Runnable sendAway(
            ClientGate gate, UpgradeRequest request, Caller caller, Verdict.Refused refused) {
        means.meters().refused(refused.limit());
        return sendAway(gate, request, caller, Refusal.of(refused, caller.address()));
    }

    /// The connection ends with it: what a limit refuses is not to be asked again and again at no cost.
    private @Nullable Runnable sendAway(ClientGate gate, UpgradeRequest request, Caller caller, Refusal refusal) {
        return refuse(gate, request, caller.address(), refusal, false);
    }

    private @Nullable Runnable refuse(ClientGate gate, UpgradeRequest request, String address, Refusal refusal) {
        return refuse(gate, request, address, refusal, HttpUtil.isKeepAlive(request.http()));
    }

    private @Nullable Runnable refuse(
            ClientGate gate, UpgradeRequest request, String address, Refusal refusal, boolean keepAlive) {
        record(request, address, refusal);
        gate.answer(means.refusals().response(refusal), keepAlive);
        return null;
    }
}
