package dev.holdfast.gateway;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;
import reactor.blockhound.BlockHound;

/// Makes a blocking call on an event loop an error, in all tests.
public final class BlockingCallsFail implements LauncherSessionListener {
    private static final String NETTY_ALLOCATOR = "io.netty.buffer.AdaptivePoolingAllocator";

    /// When tests begin: with more than one fork Maven's own JVM opens a session too, only to look for them.
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        session.getLauncher().registerTestExecutionListeners(new TestExecutionListener() {
            @Override
            public void testPlanExecutionStarted(TestPlan plan) {
                install();
            }
        });
    }

    private static void install() {
        BlockHound.builder()
                .loadIntegrations()
                // Starting a timer thread, opening /etc/resolv.conf: once, at the first dial
                .allowBlockingCallsInside("io.netty.resolver.dns.DnsNameResolverBuilder", "build")
                .allowBlockingCallsInside("io.netty.resolver.HostsFileEntriesProvider$ParserImpl", "parse")
                // Locks between event loops that are held for a few instructions
                .allowBlockingCallsInside(NETTY_ALLOCATOR + "$MagazineGroup", "tryExpandMagazines")
                .allowBlockingCallsInside(NETTY_ALLOCATOR + "$Magazine", "free")
                .allowBlockingCallsInside("io.github.resilience4j.core.metrics.FixedSizeSlidingWindowMetrics", "record")
                .install();
    }
}
