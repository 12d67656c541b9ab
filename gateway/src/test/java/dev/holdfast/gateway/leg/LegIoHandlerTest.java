package dev.holdfast.gateway.leg;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandler;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// What the kernel is told of a real socket that is wanted now so, now so.
@EnabledOnOs(OS.LINUX)
class LegIoHandlerTest {
    private final EventLoopGroup eventLoops = new MultiThreadIoEventLoopGroup(
            1,
            executor -> new LegIoHandler(listenedTo(EpollIoHandler.newFactory().newHandler(executor))));
    private volatile int told;
    private volatile boolean isFailing;
    private Turn turn;
    private Channel channel;
    private Socket peer;

    @BeforeEach
    void connect() throws Exception {
        turn = new Turn(eventLoops);
        turn.pass();
        told = 0;
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            channel = turn.connectTo(server, new ChannelInboundHandlerAdapter());
            peer = server.accept();
        }
        turn.pass();
    }

    @AfterEach
    void end() throws IOException {
        turn.close();
        peer.close();
        eventLoops.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void a_connection_costs_the_kernel_two_words_until_it_reads() {
        assertThat(told).as("to connect, and to read").isEqualTo(2);
    }

    @Test
    void what_changes_often_in_one_turn_is_told_once() throws Exception {
        int before = told;
        onLoop(() -> {
            for (int i = 0; i < 50; i++) {
                channel.config().setAutoRead(false);
                channel.config().setAutoRead(true);
            }
        });
        turn.pass();
        assertThat(told - before).isEqualTo(1);
    }

    @Test
    void a_socket_that_the_kernel_will_not_watch_any_more_is_closed() {
        onLoop(() -> {
            isFailing = true;
            channel.config().setAutoRead(false);
        });
        assertThat(channel.closeFuture().awaitUninterruptibly(20, TimeUnit.SECONDS))
                .isTrue();
    }

    private void onLoop(Runnable task) {
        channel.eventLoop().submit(task).syncUninterruptibly();
    }

    /// Netty's epoll, listened to.
    private IoHandler listenedTo(IoHandler epoll) {
        return calling(IoHandler.class, (method, arguments) -> {
            Object result = method.invoke(epoll, arguments);
            return result instanceof IoRegistration kernel ? listenedTo(kernel) : result;
        });
    }

    private IoRegistration listenedTo(IoRegistration kernel) {
        return calling(IoRegistration.class, (method, arguments) -> {
            if (method.getName().equals("submit")) {
                hear();
            }
            return method.invoke(kernel, arguments);
        });
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one event loop
    private void hear() {
        if (isFailing) {
            throw new UncheckedIOException(new IOException("made to fail"));
        }
        told++;
    }

    private interface Call {
        Object on(Method method, Object[] arguments) throws ReflectiveOperationException;
    }

    private static <T> T calling(Class<T> type, Call call) {
        Object through = Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> call.on(method, arguments));
        return type.cast(through);
    }
}
