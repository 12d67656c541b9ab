package dev.holdfast.e2e;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Something that happens to the services or the network and is over when [#strike] returns.
enum Fault {
    KILL_BACKEND("kill -9 game-backend", true) {
        @Override
        void strike(Services services, Run run) {
            services.backend().kill();
            restart(services.backend());
        }
    },
    REDEPLOY_BACKEND("SIGTERM game-backend", true) {
        @Override
        void strike(Services services, Run run) {
            stop(services.backend());
        }
    },
    PAUSE_BACKEND("SIGSTOP game-backend 5 s", true) {
        @Override
        void strike(Services services, Run run) {
            services.backend().pause();
            pass(Duration.ofSeconds(5));
            services.backend().go();
        }
    },
    KILL_GATEWAY("kill -9 gateway", false) {
        @Override
        void strike(Services services, Run run) {
            services.gateway().kill();
            restart(services.gateway());
        }
    },
    DRAIN_GATEWAY("SIGTERM gateway (drain)", false) {
        @Override
        void strike(Services services, Run run) {
            stop(services.gateway());
        }
    },
    ROLLING_RESTART("rolling restart of everything", false) {
        @Override
        void strike(Services services, Run run) {
            services.all().forEach(service -> {
                stop(service);
                // It takes longer than the log keeps events.
                run.collect();
            });
        }
    },
    CUT_CLIENTS("clients' connections end", false) {
        @Override
        void strike(Services services, Run run) {
            services.clientWires().forEach(Wire::cut);
        }
    },
    RESET_CLIENTS("clients' connections are reset", false) {
        @Override
        void strike(Services services, Run run) {
            services.clientWires().forEach(Wire::reset);
        }
    },
    TEAR_CLIENTS("clients cut in mid-frame", false) {
        @Override
        void strike(Services services, Run run) {
            services.clientWires().forEach(Wire::tear);
        }
    },
    STALL_CLIENTS("clients' network stalls 4 s", true) {
        @Override
        void strike(Services services, Run run) {
            services.clientWires().forEach(Wire::stall);
            pass(Duration.ofSeconds(4));
            services.clientWires().forEach(Wire::go);
        }
    },
    HALF_OPEN_CLIENTS("clients half-open", false) {
        @Override
        void strike(Services services, Run run) {
            services.clientWires().forEach(Wire::swallow);
        }
    },
    RESET_BACKEND_LEGS("backend legs are reset", true) {
        @Override
        void strike(Services services, Run run) {
            services.backendWires().forEach(Wire::reset);
        }
    },
    TEAR_BACKEND_LEGS("backend legs cut in mid-frame", true) {
        @Override
        void strike(Services services, Run run) {
            services.backendWires().forEach(Wire::tear);
        }
    },
    HALF_OPEN_BACKEND_LEGS("backend legs half-open", true) {
        @Override
        void strike(Services services, Run run) {
            services.backendWires().forEach(Wire::swallow);
        }
    },
    KILL_REDIS("kill -9 Redis", true) {
        @Override
        void strike(Services services, Run run) {
            services.store().server().kill();
            restart(services.store().server());
        }
    },
    /// Longer than the game-backend waits for one append.
    LOSE_REDIS("Redis away 7 s", true) {
        @Override
        void strike(Services services, Run run) {
            services.store().server().kill();
            pass(Duration.ofSeconds(7));
            restart(services.store().server());
        }
    },
    /// Appends are carried out, and the game-backend never hears of it.
    LOSE_REPLIES("replies of Redis lost for 1 s", true) {
        @Override
        void strike(Services services, Run run) {
            services.store().wire().swallowReplies();
            pass(Duration.ofSeconds(1));
            services.store().wire().reset();
        }
    },
    /// The host behind the address is another one now, and nobody tells those who were connected.
    SILENCE_REDIS("connections to Redis half-open", true) {
        @Override
        void strike(Services services, Run run) {
            services.store().wire().swallow();
        }
    },
    /// What an asynchronous failover does. All that it loses had reached every game-backend, so that all can be
    /// repaired.
    ROLL_BACK("log rolled back by 3 events", true) {
        @Override
        void strike(Services services, Run run) {
            run.whileQuiet(game -> services.store().reader().rollBack(game, 3));
        }
    };

    private final String title;
    private final boolean sparesPlain;

    /// @param sparesPlain whether a plain client is promised to lose nothing, either
    Fault(String title, boolean sparesPlain) {
        this.title = title;
        this.sparesPlain = sparesPlain;
    }

    abstract void strike(Services services, Run run);

    String title() {
        return title;
    }

    boolean sparesPlain() {
        return sparesPlain;
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

    // How long something hangs is the fault itself: there is nothing to wait for.
    static void pass(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < until) {
            LockSupport.parkNanos(until - System.nanoTime());
        }
    }
}
