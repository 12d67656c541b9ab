package dev.holdfast.gateway.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SessionIdsTest {
    @Test
    void no_name_comes_twice_from_one_draw_or_from_several() {
        SessionIds ids = new SessionIds(new SecureRandom());

        List<String> names = Stream.generate(ids::next).limit(1_000).toList();

        assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.matches("[A-Za-z0-9_-]{16}"));
    }
}
