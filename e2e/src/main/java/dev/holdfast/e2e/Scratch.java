package dev.holdfast.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// All files of this JVM's services, in one folder. When the JVM ends, the services do, and then the folder goes.
final class Scratch {
    private static final Queue<Service> SERVICES = new ConcurrentLinkedQueue<>();
    private static final Path ALL = create();

    private Scratch() {}

    private static Path create() {
        try {
            Path all = Files.createTempDirectory("holdfast-e2e-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> clear(all), "clear " + all));
            return all;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void clear(Path all) {
        SERVICES.forEach(Service::close);
        try (Stream<Path> files = Files.walk(all)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// A new one.
    static Path folder(String name) {
        try {
            return Files.createTempDirectory(ALL, name + "-");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Has the service ended with this JVM.
    static void end(Service service) {
        SERVICES.add(service);
    }

    /// The last lines of each service that runs, or has said anything since then.
    static String lastWords(Instant since) {
        return SERVICES.stream()
                .filter(service -> service.isAlive() || service.hasSpoken(since))
                .map(service -> "The last words of " + service + ":\n" + service.lastWords() + "\n")
                .collect(Collectors.joining());
    }
}
