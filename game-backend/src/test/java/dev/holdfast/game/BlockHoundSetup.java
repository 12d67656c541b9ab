package dev.holdfast.game;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import reactor.blockhound.BlockHound;

/// A blocking call on a thread that must not block fails the test that caused it.
///
/// Lettuce guards its queue with a lock that is held for a few instructions. To throw out of the wait for it
/// would leave it locked for good.
public final class BlockHoundSetup implements LauncherSessionListener {
    private static final String NETTY_ALLOCATOR = "io.netty.buffer.AdaptivePoolingAllocator";
    private static final String LETTUCE_LOCK = "io.lettuce.core.protocol.SharedLock";

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        BlockHound.builder()
                .loadIntegrations()
                .allowBlockingCallsInside(LETTUCE_LOCK, "incrementWriters")
                .allowBlockingCallsInside(LETTUCE_LOCK, "decrementWriters")
                .allowBlockingCallsInside(LETTUCE_LOCK, "doExclusive")
                // A lock between event loops that is held for a few instructions
                .allowBlockingCallsInside(NETTY_ALLOCATOR + "$MagazineGroup", "tryExpandMagazines")
                .allowBlockingCallsInside(NETTY_ALLOCATOR + "$Magazine", "free")
                .install();
    }
}
