package dev.holdfast.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A service out of its jar, with the JVM's cache of a first run (JEP 514), as in the images: it starts with less than
/// half of the CPU, of which the tests spend most on starts. Made anew when the jar is; by one process, others wait.
final class Trained {
    // The JVM writes its cache when it ends: a quarter of a minute of CPU.
    private static final Duration WRITE_LIMIT = Duration.ofMinutes(5);

    private Trained() {}

    /// What runs the service, after `java` and these options.
    static List<String> program(String module, List<String> jvm) {
        Path jar = Services.jar(module);
        Path folder = jar.resolveSibling("trained");
        try (FileChannel lock = FileChannel.open(
                        jar.resolveSibling("trained.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var _ = lock.lock()) {
            Path cache = folder.resolve("app.aot");
            if (!Files.exists(cache)
                    || Files.getLastModifiedTime(cache).compareTo(Files.getLastModifiedTime(jar)) < 0) {
                takeApart(jar, folder);
                // In two steps, so that no failed training leaves a cache
                Files.move(train(module, jvm, folder), cache, StandardCopyOption.REPLACE_EXISTING);
            }
            return run(folder, jar, "-XX:AOTCache=" + cache);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static List<String> run(Path folder, Path jar, String cache) {
        return List.of(cache, "-jar", folder.resolve(jar.getFileName()).toString());
    }

    private static void takeApart(Path jar, Path folder) throws IOException {
        List<String> command = List.of(
                Services.java(),
                "-Djarmode=tools",
                "-jar",
                jar.toString(),
                "extract",
                "--force",
                "--destination",
                folder.toString());
        try {
            int code = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (code != 0) {
                throw new IllegalStateException(command + " ended with " + code);
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted while taking " + jar + " apart", interrupted);
        }
    }

    private static Path train(String module, List<String> jvm, Path folder) {
        Path fresh = folder.resolve("fresh.aot");
        int port = Service.freePort();
        List<String> command = new ArrayList<>(Services.java(jvm, folder));
        command.addAll(run(folder, Services.jar(module), "-XX:AOTCacheOutput=" + fresh));
        var environment = new HashMap<>(Map.of(
                "PORT",
                Integer.toString(port),
                "MANAGEMENT_PORT",
                Integer.toString(Service.freePort()),
                "SPRING_PROFILES_ACTIVE",
                "local",
                "STORE_URL",
                "sqlite:" + folder.resolve("games.db")));
        try (var service =
                new Service("training-" + module, command, environment, folder, Service.answers(port, "/livez"))) {
            service.launch();
            service.awaitReady();
            int code = service.stop(WRITE_LIMIT);
            if (code != 0) {
                throw new IllegalStateException("the training of " + module + " ended with " + code);
            }
        }
        return fresh;
    }
}
