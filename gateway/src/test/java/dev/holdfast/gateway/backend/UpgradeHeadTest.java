package dev.holdfast.gateway.backend;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class UpgradeHeadTest {
    @Test
    void a_subprotocol_is_one_of_those_offered_in_any_line_and_no_part_of_one() {
        UpgradeHead head = of(offers("chat, superchat ,b").add("Sec-WebSocket-Protocol", "last"));

        for (String offered : new String[] {"chat", "superchat", "b", "last"}) {
            assertThat(head.offers(offered)).as(offered).isTrue();
        }
        for (String other : new String[] {"super", "Chat", "", " ", "chat, superchat", "b,last", "none"}) {
            assertThat(head.offers(other)).as(other).isFalse();
        }
        assertThat(of(new DefaultHttpHeaders()).offers("")).isFalse();
    }

    /// A head is kept for as long as its session lives. What it keeps it has allocated, and that can be counted.
    @Test
    void an_offer_of_thousands_of_subprotocols_takes_no_more_memory_than_its_text() {
        HttpHeaders many = offers("a,".repeat(4_000));
        HttpHeaders one = offers("a".repeat(8_000));

        long base = allocatedFor(one);
        assertThat(allocatedFor(many)).isBetween(base / 2, base * 3 / 2);
    }

    private static long allocatedFor(HttpHeaders headers) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        // Classes are loaded on the first way
        of(headers);
        long before = threads.getCurrentThreadAllocatedBytes();
        of(headers);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static UpgradeHead of(HttpHeaders headers) {
        return new UpgradeHead(new HeadLines("GET /ws/g/p HTTP/1.1"), headers);
    }

    private static DefaultHttpHeaders offers(String subprotocols) {
        DefaultHttpHeaders headers = new DefaultHttpHeaders();
        headers.add("Sec-WebSocket-Key", BackendHandshakeFuzz.KEY).add("Sec-WebSocket-Protocol", subprotocols);
        return headers;
    }
}
