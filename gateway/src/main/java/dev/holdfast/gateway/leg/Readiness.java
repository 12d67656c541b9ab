package dev.holdfast.gateway.leg;

import io.netty.channel.Channel;
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
///
/// That the peer has ended its half (`EPOLLRDHUP`) is not told to the channel of a leg, which would then read all that
/// the kernel holds at once, although it was told to stop. It finds the end where it is: behind the last byte.
///
/// What is wanted of a socket may change several times in a turn of the event loop, as it does in each handshake; the
/// kernel is told once, before it is asked again.
@SuppressWarnings("try") // Netty's handles close with any exception
final class Readiness implements EpollIoHandle, IoRegistration {
    private static final int READABLE = EpollIoOps.EPOLLIN.value();
    private static final EpollIoOps READING = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP);
    private static final int ENDED = EpollIoOps.EPOLLRDHUP.value();
    /// An error, or the end of both halves (`EPOLLHUP`): nothing is left to be read slowly.
    private static final int BROKEN = EpollIoOps.EPOLLERR.value() | 0x10;
    private static final EpollIoOps READING_ALL = READING.with(EpollIoOps.EPOLLET);

    /// An event loop's, by the number of the socket.
    private static final FastThreadLocal<IntObjectMap<Readiness>> SOCKETS = new FastThreadLocal<>() {
        @Override
        protected IntObjectMap<Readiness> initialValue() {
            return new IntObjectHashMap<>();
        }
    };

    private final EpollIoHandle channel;
    private final LegIoHandler loop;
    private @Nullable IoRegistration registration;
    private EpollIoOps wanted = EpollIoOps.NONE;
    private @Nullable Leg leg;
    private boolean isDirect;
    /// Whether the peer of a leg has ended its half, of which perhaps not all is read.
    private boolean hasEnded;
    private boolean isKnown;
    private boolean isToBeTold;

    /// On the event loop.
    Readiness(EpollIoHandle channel, LegIoHandler loop) {
        this.channel = channel;
        this.loop = loop;
        SOCKETS.get().put(channel.fd().intValue(), this);
    }

    /// That of a channel of this event loop, or null where there are none.
    static @Nullable Readiness of(EpollSocketChannel channel) {
        Readiness readiness = SOCKETS.get().get(channel.fd().intValue());
        return readiness != null && readiness.channel.equals(channel.unsafe()) ? readiness : null;
    }

    /// That of the event loop.
    Burst burst() {
        return loop.burst();
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
        if (isDirect != (direct && !hasEnded)) {
            isDirect = !isDirect;
            if (wanted.value() == READING.value()) {
                submit(wanted);
            }
        }
    }

    @Override
    public void handle(IoRegistration from, IoEvent event) {
        Leg reader = leg;
        EpollIoOps ops = ((EpollIoEvent) event).ops();
        if (isDirect
                && reader != null
                && ops.value() == READABLE
                && loop.burst().read(reader)) {
            return;
        }
        loop.burst().send();
        if (reader != null && (ops.value() & (ENDED | BROKEN)) == ENDED) {
            hasEnded = true;
            isDirect = false;
            submit(wanted);
            EpollIoOps others = ops.without(EpollIoOps.EPOLLRDHUP);
            channel.handle(this, (EpollIoEvent) () -> others);
        } else {
            channel.handle(this, event);
        }
    }

    @Override
    public long submit(IoOps ops) {
        wanted = (EpollIoOps) ops;
        if (registration == null) {
            return -1;
        }
        if (!isKnown) {
            // At once, since who opens or binds a socket that the kernel will not watch is to hear of it
            isKnown = true;
            tellKernel();
        } else if (!isToBeTold) {
            isToBeTold = true;
            loop.willTell(this);
        }
        return wanted.value();
    }

    /// Tells the kernel what is wanted, also if that is what it was before: of something that came in between it then
    /// tells again.
    void tellKernel() {
        isToBeTold = false;
        if (registration == null) {
            return;
        }
        if (hasEnded) {
            // Netty takes a socket of which nothing is wanted out of epoll, for ever. Of a broken one it is told anyway
            registration.submit(wanted.without(EpollIoOps.EPOLLRDHUP).with(EpollIoOps.EPOLLERR));
        } else {
            registration.submit(isDirect && wanted.value() == READING.value() ? READING_ALL : wanted);
        }
    }

    /// The kernel does not watch this socket any more.
    void cut() {
        if (channel instanceof Channel.Unsafe unsafe) {
            unsafe.close(unsafe.voidPromise());
        }
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
