package dev.holdfast.e2e;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Something that happens to the services and is over when [#strike] returns.
enum Fault {
    KILL_BACKEND("kill -9 game-backend") {
        @Override
        void strike(Services services) {
            services.backend().kill();
            restart(services.backend());
        }
    },
    REDEPLOY_BACKEND("SIGTERM game-backend") {
        @Override
        void strike(Services services) {
            stop(services.backend());
        }
    },
    PAUSE_BACKEND("SIGSTOP game-backend 5 s") {
        @Override
        void strike(Services services) {
            services.backend().pause();
            pass(Duration.ofSeconds(5));
            services.backend().go();
        }
    },
    KILL_GATEWAY("kill -9 gateway") {
        @Override
        void strike(Services services) {
            services.gateway().kill();
            restart(services.gateway());
        }
    },
    DRAIN_GATEWAY("SIGTERM gateway (drain)") {
        @Override
        void strike(Services services) {
            stop(services.gateway());
        }
    },
    KILL_REDIS("kill -9 Redis") {
        @Override
        void strike(Services services) {
            Service redis = services.redis().orElseThrow();
            redis.kill();
            restart(redis);
        }
    },
    /// Longer than the game-backend waits for one append.
    LOSE_REDIS("Redis away 7 s") {
        @Override
        void strike(Services services) {
            Service redis = services.redis().orElseThrow();
            redis.kill();
            pass(Duration.ofSeconds(7));
            restart(redis);
        }
    };

    private final String title;

    Fault(String title) {
        this.title = title;
    }

    abstract void strike(Services services);

    String title() {
        return title;
    }

    private static void restart(Service service) {
        service.launch();
        service.awaitReady();
    }

    private static void stop(Service service) {
        int code = service.stop();
        restart(service);
        if (code != 0) {
            throw new AssertionError("exit code after SIGTERM: " + code + " (expected: 0)");
        }
    }

    // How long a process hangs is the fault itself: there is nothing to wait for.
    private static void pass(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < until) {
            LockSupport.parkNanos(until - System.nanoTime());
        }
    }
}
