package dev.holdfast.game.session;

import io.netty.util.internal.PlatformDependent;

/// What all sessions of this process may hold together.
///
/// @param undecided the heap of messages that wait for their outcome
/// @param unread the direct memory of what waits for slow readers
record Budgets(Budget undecided, Budget unread) {
    private static final int PART_OF_MEMORY = 4;

    static Budgets ofProcess() {
        return new Budgets(
                new Budget(Runtime.getRuntime().maxMemory() / PART_OF_MEMORY),
                new Budget(PlatformDependent.maxDirectMemory() / PART_OF_MEMORY));
    }
}
