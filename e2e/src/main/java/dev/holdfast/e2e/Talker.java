package dev.holdfast.e2e;

import java.util.List;

/// A player who says numbered things in a `relay` game. All methods run on the loop of its [Run].
interface Talker {
    void start();

    /// Says the next thing, now or as soon as it is connected again.
    void say();

    /// How much of what it said is known to have arrived.
    int arrived();

    /// Connected, caught up, and nothing of what it said is open.
    boolean isSettled();

    /// Leaves; what it has noted stays.
    void stop();

    /// What should not have happened to it, as sentences.
    List<String> complaints();

    /// One line about what it does at the moment.
    String status();
}
