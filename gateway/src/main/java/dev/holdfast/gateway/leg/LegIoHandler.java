package dev.holdfast.gateway.leg;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Netty's epoll for an event loop whose legs read for themselves.
///
/// @see Readiness
public final class LegIoHandler implements IoHandler {
    private static final Logger LOG = LoggerFactory.getLogger(LegIoHandler.class);

    private final IoHandler epoll;
    private final List<Readiness> toBeTold = new ArrayList<>();
    private @Nullable Burst burst;

    LegIoHandler(IoHandler epoll) {
        this.epoll = epoll;
    }

    /// For machines that have epoll.
    public static IoHandlerFactory factory() {
        IoHandlerFactory epoll = EpollIoHandler.newFactory();
        return executor -> new LegIoHandler(epoll.newHandler(executor));
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        Readiness readiness = new Readiness((EpollIoHandle) handle, this);
        readiness.isAt(epoll.register(readiness));
        return readiness;
    }

    /// On the event loop.
    Burst burst() {
        if (burst == null) {
            burst = new Burst(ReadBuffers.shared());
        }
        return burst;
    }

    /// What is wanted of this socket is for the kernel to know before it is asked what there is.
    void willTell(Readiness changed) {
        toBeTold.add(changed);
    }

    @Override
    public int run(IoHandlerContext context) {
        if (!toBeTold.isEmpty()) {
            tellKernel();
        }
        try {
            return epoll.run(context);
        } finally {
            burst().send();
        }
    }

    private void tellKernel() {
        // A socket that is closed here may change what is wanted of another
        for (int i = 0; i < toBeTold.size(); i++) {
            Readiness changed = toBeTold.get(i);
            try {
                changed.tellKernel();
            } catch (UncheckedIOException e) {
                LOG.error(
                        "cannot watch socket {} any more: closing it",
                        changed.fd().intValue(),
                        e);
                changed.cut();
            }
        }
        toBeTold.clear();
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
        return epoll.isCompatible(type);
    }
}
