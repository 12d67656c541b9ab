package dev.holdfast.game.log.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.game.log.StoreRefused;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurabilityTest {
    @RegisterExtension
    static final RedisServer forgetful = new RedisServer("--no-appendfsync-on-rewrite", "yes");

    @RegisterExtension
    static final RedisServer evicting =
            new RedisServer("--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "volatile-lru");

    @RegisterExtension
    static final RedisServer node =
            new RedisServer("--appendonly", "yes", "--appendfsync", "always", "--cluster-enabled", "yes");

    private static final String AOF_ON =
            "# Persistence\r\naof_enabled:1\r\naof_last_write_status:ok\r\nmaxmemory_policy:noeviction\r\nrole:master\r\n";
    private static final Map<String, String> DURABLE =
            Map.of("appendfsync", "always", "no-appendfsync-on-rewrite", "no");

    @Test
    void a_server_that_may_lose_acknowledged_appends_is_refused_with_the_lines_to_set() {
        assertThatThrownBy(() -> open(forgetful, true))
                .isInstanceOf(StoreRefused.class)
                .hasMessageContaining("\"appendonly yes\"")
                .hasMessageContaining("\"appendfsync always\"")
                .hasMessageContaining("\"no-appendfsync-on-rewrite no\"")
                .hasMessageContaining("STORE_REQUIRE_DURABLE=false");
    }

    @Test
    void it_may_be_used_by_those_who_accept_the_loss() {
        open(forgetful, false);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_server_that_lets_parts_of_games_go_is_refused_whatever_loss_is_accepted(boolean requireDurable) {
        assertThatThrownBy(() -> open(evicting, requireDurable))
                .isInstanceOf(StoreRefused.class)
                .hasMessage("the server cannot keep games:"
                        + " maxmemory-policy is volatile-lru; set \"maxmemory-policy noeviction\"");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_node_of_a_cluster_is_refused(boolean requireDurable) {
        assertThatThrownBy(() -> open(node, requireDurable))
                .isInstanceOf(StoreRefused.class)
                .hasMessageContaining("use a server with \"cluster-enabled no\"");
    }

    private static void open(RedisServer server, boolean requireDurable) {
        RedisGameLog.open(server.url(), requireDurable, _ -> {}).close();
    }

    @Test
    void a_durable_server_has_no_flaws() {
        assertThat(Durability.of(AOF_ON, Optional.of(DURABLE)))
                .isEqualTo(new Durability(List.of(), List.of(), false, true));
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
        assertThat(Durability.of(AOF_ON, Optional.empty()))
                .isEqualTo(new Durability(List.of(), List.of(), false, false));
    }
}
