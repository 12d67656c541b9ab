package dev.holdfast.gateway.leg;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;

/// Netty's epoll for an event loop whose legs read for themselves.
///
/// @see Readiness
public final class LegIoHandler implements IoHandler {
    private final IoHandler epoll;

    private LegIoHandler(IoHandler epoll) {
        this.epoll = epoll;
    }

    /// For machines that have epoll.
    public static IoHandlerFactory factory() {
        IoHandlerFactory epoll = EpollIoHandler.newFactory();
        return executor -> new LegIoHandler(epoll.newHandler(executor));
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        Readiness readiness = new Readiness((EpollIoHandle) handle);
        readiness.isAt(epoll.register(readiness));
        return readiness;
    }

    @Override
    public int run(IoHandlerContext context) {
        return epoll.run(context);
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
