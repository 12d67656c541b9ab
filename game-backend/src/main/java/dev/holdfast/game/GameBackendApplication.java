package dev.holdfast.game;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/// The game-backend: one append-only log per game, and the rules that read it.
@SpringBootApplication
public class GameBackendApplication {
    public static void main(String[] arguments) {
        SpringApplication.run(GameBackendApplication.class, arguments);
    }
}
