package dev.holdfast.game.log.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.game.log.StoreRefused;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DurabilityTest {
    @RegisterExtension
    static final RedisServer forgetful =
            new RedisServer("--maxmemory-policy", "allkeys-lru", "--no-appendfsync-on-rewrite", "yes");

    private static final String AOF_ON = "# Persistence\r\naof_enabled:1\r\naof_last_write_status:ok\r\n";
    private static final Map<String, String> DURABLE =
            Map.of("appendfsync", "always", "no-appendfsync-on-rewrite", "no", "maxmemory-policy", "noeviction");

    @Test
    void a_server_that_may_lose_acknowledged_appends_is_refused_with_the_lines_to_set() {
        assertThatThrownBy(() -> RedisGameLog.open(forgetful.url(), true))
                .isInstanceOf(StoreRefused.class)
                .hasMessageContaining("\"appendonly yes\"")
                .hasMessageContaining("\"appendfsync always\"")
                .hasMessageContaining("\"no-appendfsync-on-rewrite no\"")
                .hasMessageContaining("\"maxmemory-policy noeviction\"")
                .hasMessageContaining("STORE_REQUIRE_DURABLE=false");
    }

    @Test
    void it_may_be_used_by_those_who_accept_the_loss() {
        RedisGameLog.open(forgetful.url(), false).close();
    }

    @Test
    void a_durable_server_has_no_flaws() {
        assertThat(Durability.of(AOF_ON, Optional.of(DURABLE))).isEqualTo(new Durability(java.util.List.of(), true));
    }

    @Test
    void fsync_once_a_second_and_a_failed_write_are_flaws() {
        Map<String, String> config = with("appendfsync", "everysec");
        String failing = AOF_ON.replace("status:ok", "status:err");

        assertThat(Durability.of(failing, Optional.of(config)).flaws())
                .satisfiesExactly(
                        flaw -> assertThat(flaw).contains("last write"),
                        flaw -> assertThat(flaw).isEqualTo("appendfsync is everysec; set \"appendfsync always\""));
    }

    @Test
    void no_fsync_while_the_file_is_written_anew_is_a_flaw() {
        assertThat(Durability.of(AOF_ON, Optional.of(with("no-appendfsync-on-rewrite", "yes")))
                        .flaws())
                .containsExactly("no-appendfsync-on-rewrite is yes; set \"no-appendfsync-on-rewrite no\"");
    }

    private static Map<String, String> with(String setting, String value) {
        var config = new HashMap<>(DURABLE);
        config.put(setting, value);
        return config;
    }

    @Test
    void a_server_that_hides_its_configuration_is_not_certain() {
        assertThat(Durability.of(AOF_ON, Optional.empty())).isEqualTo(new Durability(java.util.List.of(), false));
    }
}
