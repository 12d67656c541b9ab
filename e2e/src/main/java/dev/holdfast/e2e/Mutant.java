package dev.holdfast.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/// A game-backend with one line of its source changed for the worse, to see whether the checker notices.
final class Mutant {
    private static final String MAIN_CLASS = "dev.holdfast.game.GameBackendApplication";

    private Mutant() {}

    /// Compiles the mutant, and gives what runs it, after `java` and its options.
    ///
    /// @param source below the game-backend's `src/main/java`
    /// @param from what stands in it, exactly once
    static List<String> of(String source, String from, String to) {
        try {
            Path jar = Services.jar("game-backend");
            Path folder = Scratch.folder("mutant");
            Path unpacked = folder.resolve("unpacked");
            run(List.of(
                    System.getProperty("java.home") + "/bin/java",
                    "-Djarmode=tools",
                    "-jar",
                    jar.toString(),
                    "extract",
                    "--destination",
                    unpacked.toString()));
            String text =
                    Files.readString(jar.resolveSibling("../src/main/java").resolve(source));
            if (text.split(Pattern.quote(from), -1).length != 2) {
                throw new IllegalStateException("\"" + from + "\" in " + source + " (expected: exactly once)");
            }
            Path mutated = Files.createDirectories(folder.resolve("source"))
                    .resolve(Path.of(source).getFileName());
            Files.writeString(mutated, text.replace(from, to));
            Path classes = Files.createDirectories(folder.resolve("classes"));
            String classPath = String.join(":", classPath(unpacked));
            compile(mutated, classes, classPath);
            return List.of("-cp", classes + ":" + classPath, MAIN_CLASS);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static List<String> classPath(Path unpacked) throws IOException {
        try (Stream<Path> files = Files.walk(unpacked)) {
            return files.map(Path::toString)
                    .filter(file -> file.endsWith(".jar"))
                    .toList();
        }
    }

    private static void compile(Path source, Path classes, String classPath) {
        int code = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-nowarn",
                        "-parameters",
                        "-d",
                        classes.toString(),
                        "-cp",
                        classPath,
                        source.toString());
        if (code != 0) {
            throw new IllegalStateException("the mutant of " + source + " does not compile");
        }
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " failed");
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted at " + command, interrupted);
        }
    }
}
