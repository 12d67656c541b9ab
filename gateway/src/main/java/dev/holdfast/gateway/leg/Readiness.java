package dev.holdfast.gateway.leg;

import io.netty.channel.IoEvent;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/// What epoll says of one socket, on its way to Netty's channel. Once a leg listens, "there is something to read" and
/// nothing else goes straight to the leg; everything else, and what the leg does not take, is the channel's.
///
/// As long as the leg reads so, the kernel tells of each arrival once (`EPOLLET`, epoll(7)): otherwise it looks again
/// at every socket that it has told of. That is sound because a read that does not fill its buffer has read all there
/// is (up to an urgent mark, which no browser sends), and a leg whose buffer is filled leaves reading to the channel,
/// which counts on being told again.
@SuppressWarnings("try") // Netty's handles close with any exception
final class Readiness implements EpollIoHandle, IoRegistration {
    private static final int READABLE = EpollIoOps.EPOLLIN.value();
    private static final EpollIoOps READING = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP);
    private static final EpollIoOps READING_ALL = READING.with(EpollIoOps.EPOLLET);

    /// An event loop's, by the number of the socket.
    private static final FastThreadLocal<IntObjectMap<Readiness>> SOCKETS = new FastThreadLocal<>() {
        @Override
        protected IntObjectMap<Readiness> initialValue() {
            return new IntObjectHashMap<>();
        }
    };

    private final EpollIoHandle channel;
    private final ReadBuffers.Shared buffer = ReadBuffers.shared();
    private @Nullable IoRegistration registration;
    private EpollIoOps wanted = EpollIoOps.NONE;
    private @Nullable Leg leg;
    private boolean isDirect;

    /// On the event loop.
    Readiness(EpollIoHandle channel) {
        this.channel = channel;
        SOCKETS.get().put(channel.fd().intValue(), this);
    }

    /// That of a channel of this event loop, or null where there are none.
    static @Nullable Readiness of(EpollSocketChannel channel) {
        Readiness readiness = SOCKETS.get().get(channel.fd().intValue());
        return readiness != null && readiness.channel.equals(channel.unsafe()) ? readiness : null;
    }

    void isAt(IoRegistration kernel) {
        registration = kernel;
    }

    /// From now on the leg reads, until told otherwise.
    void tell(Leg reader) {
        leg = reader;
        direct(true);
    }

    /// Whether the leg reads, or the channel.
    void direct(boolean direct) {
        if (isDirect != direct) {
            isDirect = direct;
            if (wanted.value() == READING.value()) {
                submit(wanted);
            }
        }
    }

    @Override
    public void handle(IoRegistration from, IoEvent event) {
        Leg reader = leg;
        if (!isDirect
                || reader == null
                || ((EpollIoEvent) event).ops().value() != READABLE
                || !reader.readInto(buffer)) {
            channel.handle(this, event);
        }
    }

    @Override
    public long submit(IoOps ops) {
        wanted = (EpollIoOps) ops;
        boolean once = isDirect && wanted.value() == READING.value();
        return registration == null ? -1 : registration.submit(once ? READING_ALL : wanted);
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's
    public <T> @Nullable T attachment() {
        return registration == null ? null : registration.attachment();
    }

    @Override
    public boolean isValid() {
        return registration != null && registration.isValid();
    }

    @Override
    public boolean cancel() {
        return registration != null && registration.cancel();
    }

    @Override
    public FileDescriptor fd() {
        return channel.fd();
    }

    @Override
    public void registered() {
        channel.registered();
    }

    @Override
    public void unregistered() {
        SOCKETS.get().remove(fd().intValue());
        channel.unregistered();
    }

    @Override
    public void close() throws Exception {
        channel.close();
    }
}
