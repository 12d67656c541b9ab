package dev.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LastWordsTest {
    private final Path folder = Scratch.folder("last-words");

    @Test
    void who_has_spoken_since_is_quoted_with_the_end_of_it() {
        said("seq 100", "counting");

        String words = Scratch.lastWords(Instant.EPOCH);

        assertThat(words)
                .contains("The last words of counting:\n71\n")
                .endsWith("\n100\n")
                .doesNotContain("\n70\n");
    }

    @Test
    void who_has_spoken_before_is_not() {
        said("echo before", "early");

        assertThat(Scratch.lastWords(Instant.now().plusSeconds(1))).doesNotContain("early");
    }

    private void said(String command, String name) {
        var service = new Service(
                name,
                List.of("sh", "-c", command + "; touch done; exec sleep 60"),
                Map.of(),
                folder,
                () -> Files.exists(folder.resolve("done")));
        service.launch();
        service.awaitReady();
        service.kill();
    }
}
