package dev.holdfast.gateway.drain;

import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.stereotype.Component;

/// `/actuator/drain` on the management port: how far a drain is, and starting one without ending the process. It cannot
/// be taken back: what was drained is started again.
@Component
@Endpoint(id = "drain")
class DrainEndpoint {
    private final Drain drain;

    DrainEndpoint(Drain drain) {
        this.drain = drain;
    }

    @ReadOperation
    Map<String, Object> state() {
        return new TreeMap<>(Map.of("underWay", drain.isUnderWay(), "remaining", drain.remaining()));
    }

    @WriteOperation
    Map<String, Object> start() {
        drain.begin();
        return state();
    }
}
