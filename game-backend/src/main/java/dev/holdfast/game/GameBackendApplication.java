package dev.holdfast.game;

import dev.holdfast.game.observe.ConsoleQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.event.ContextRefreshedEvent;

/// The game-backend: one append-only log per game, and the rules that read it.
@SpringBootApplication
public class GameBackendApplication {
    /// Exits with 0 after SIGTERM, once drained; with 1 if it cannot start.
    public static void main(String[] arguments) {
        var hasStarted = new AtomicBoolean();
        // The JVM by itself ends with 143 after SIGTERM, which platforms take for a crash. Handlers run when the
        // context has been closed, so after the drain.
        SpringApplication.getShutdownHandlers().add(() -> {
            if (hasStarted.get()) {
                ConsoleQueue.close();
                Runtime.getRuntime().halt(0);
            }
        });
        var application = new SpringApplication(GameBackendApplication.class);
        application.addListeners((ContextRefreshedEvent refreshed) -> {
            boolean isWhole = refreshed.getApplicationContext().getParent() == null;
            hasStarted.compareAndSet(false, isWhole);
        });
        application.run(arguments);
    }
}
