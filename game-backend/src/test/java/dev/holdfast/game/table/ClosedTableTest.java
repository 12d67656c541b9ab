package dev.holdfast.game.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import dev.holdfast.game.log.FaultyGameLog;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.session.Sessions;
import dev.holdfast.game.session.TestClient;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A connection that sits at another table than the one it found, or that goes before it has sat down.
class ClosedTableTest {
    private static final int SWEEPS = 20;

    @RegisterExtension
    static final Backend backend = new Backend(new Class<?>[] {FaultyGameLog.class}, "STORE_URL=memory:");

    @Test
    void a_client_that_says_hello_after_its_table_was_closed_can_resume_and_is_missed_when_it_goes() throws Exception {
        TestClient client = withTable("p1?v=1");
        Table first = table();
        for (int i = 0; i < SWEEPS; i++) {
            first.sweep();
        }
        client.send("{\"type\":\"sys.hello\",\"v\":1}").readUntil("sys.live");
        assertThat(table()).isNotSameAs(first);

        client.send("{\"type\":\"sys.resume\"}");
        assertThat(client.next()).contains("sys.snapshot");
        assertThat(client.next()).contains("sys.live");
        assertThat(here()).contains("\"p1\"");
        client.cut();

        Backend.await(ClosedTableTest::here, body -> body.contains("\"here\":[]"));
    }

    @Test
    void a_client_that_goes_before_its_seat_is_durable_does_not_stay_as_a_ghost() throws Exception {
        withTable("other?v=1");
        FaultyGameLog store = backend.context().getBean(FaultyGameLog.class);
        FaultyGameLog.Fault late = store.failNextAppend(new GameId(backend.game()), FaultyGameLog.Outcome.LOST);
        TestClient client = backend.connect("p1");
        late.await();
        Sessions sessions = backend.context().getBean(Sessions.class);

        client.cut();
        Backend.await(sessions::count, count -> count == 1);
        late.pass();

        Backend.await(ClosedTableTest::here, body -> !body.contains("\"seq\":1,") && body.contains("\"here\":[]"));
    }

    /// Connects a client whose session has found the game's table, which the answer to a ping proves.
    private static TestClient withTable(String player) {
        TestClient client = backend.connect(player);
        assertThat(client.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
        return client;
    }

    private static Table table() {
        Tables tables = backend.context().getBean(Tables.class);
        var found = new CompletableFuture<Table>();
        assertThat(tables.find(new GameId(backend.game())).subscribe(found::complete, found::completeExceptionally))
                .isNotNull();
        return found.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static String here() throws Exception {
        return backend.get("/api/games/" + backend.game()).body();
    }
}
