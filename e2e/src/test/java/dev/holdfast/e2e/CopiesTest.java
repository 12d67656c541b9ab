package dev.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The two services share no jar, since each is built from its own folder: what both need is there twice. A mend of one
/// copy is one of the other.
class CopiesTest {
    private static final int NOWHERE = -1;

    /// `*` stands for the package in which each service has all of its own, which is all that may differ.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "main/java/*/BootSettings.java",
                "main/java/*/observe/ConsoleQueue.java",
                "main/java/*/trace/TracingSwitch.java",
                "test/java/*/LeaksFail.java",
                "test/java/*/LeaksFailTest.java",
                "test/java/*/trace/TracingSwitchTest.java"
            })
    void both_services_have_the_same_copy(String file) throws IOException {
        String[] gateways = lines("gateway", "dev.holdfast.gateway", file);
        String[] backends = lines("game-backend", "dev.holdfast.game", file);

        assertThat(Arrays.mismatch(gateways, backends))
                .as("where the lines of %s begin to differ between gateway and game-backend; make both alike", file)
                .isEqualTo(NOWHERE);
    }

    private static String[] lines(String module, String ownPackage, String file) throws IOException {
        Path path = Path.of("..", module, "src", file.replace("*", ownPackage.replace('.', '/')));
        return Files.readString(path)
                .replace(ownPackage + '.', "*.")
                .replace(ownPackage + ';', "*;")
                .lines()
                .toArray(String[]::new);
    }
}
