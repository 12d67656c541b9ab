package dev.holdfast.gateway.leg;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// What legs send that read in one turn of their event loop, on real sockets: each gives back what it reads.
@EnabledOnOs(OS.LINUX)
class BurstTest {
    private static final int SHORT = 100;
    private static final int COUNT = ReadBuffers.Shared.COUNT;

    private final EventLoopGroup eventLoops = new MultiThreadIoEventLoopGroup(1, LegIoHandler.factory());
    private Turn turn;
    private final List<Echo> echoes = new ArrayList<>();
    private int channelReads;
    private int turns;
    private int readsOfTurn;
    /// Whether the first leg is yet to send, by the time of each read.
    private final List<Boolean> firstIsToSend = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        turn = new Turn(eventLoops);
        for (int i = 0; i < 3 * COUNT; i++) {
            echoes.add(new Echo(i));
        }
        // The first reads make the buffers that the others share
        for (int i = 0; i < 2 * COUNT; i++) {
            echoes.get(0).send();
            echoes.get(0).assertComesBack();
        }
        onLoop(() -> channelReads = 0);
    }

    @AfterEach
    void end() throws IOException {
        turn.close();
        for (Echo echo : echoes) {
            echo.peer.close();
        }
        eventLoops.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void as_many_are_read_as_there_are_buffers_and_then_they_are_sent() throws Exception {
        do {
            onLoop(() -> {
                firstIsToSend.clear();
                turns = 0;
            });
            turn.of(() -> sendAll(echoes));
            assertAllComeBack(echoes);
            // What the kernel was late to carry has come in another turn
        } while (turns > 1);

        assertThat(channelReads).isZero();
        assertThat(firstIsToSend.getFirst()).isFalse();
        assertThat(firstIsToSend.subList(1, COUNT)).containsOnly(true);
        assertThat(firstIsToSend.subList(COUNT, echoes.size())).containsOnly(false);
    }

    @Test
    void the_end_of_a_turn_sends_what_was_read() throws Exception {
        for (int i = 0; i < 3; i++) {
            List<Echo> few = echoes.subList(0, COUNT - 1);
            turn.of(() -> sendAll(few));
            assertAllComeBack(few);
        }
    }

    @Test
    void what_is_no_read_of_a_leg_comes_behind_what_was_read() throws Exception {
        Echo echo = echoes.get(0);
        var isBehind = new CompletableFuture<Boolean>();
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            turn.connectTo(server, new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object message) {
                    ReferenceCountUtil.release(message);
                    // Else the kernel was late to carry it, and it comes in another turn
                    if (readsOfTurn == 1) {
                        isBehind.complete(!echo.leg.isToSend());
                    }
                }
            });
            try (Socket another = server.accept()) {
                do {
                    turn.of(() -> {
                        echo.send();
                        another.getOutputStream().write(1);
                    });
                    echo.assertComesBack();
                } while (!isBehind.isDone());
                assertThat(isBehind.join()).isTrue();
            }
        }
    }

    @Test
    void a_leg_that_is_cut_as_it_reads_has_sent_before() throws Exception {
        Echo echo = echoes.get(0);
        echo.isToBeCut = true;

        turn.of(echo::send);

        echo.assertComesBack();
        assertThat(echo.peer.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void a_leg_that_is_finished_as_it_reads_has_sent_before() throws Exception {
        Echo echo = echoes.get(0);
        echo.isToBeFinished = true;

        turn.of(echo::send);

        echo.assertComesBack();
        assertThat(echo.peer.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void a_leg_that_fails_takes_no_other_with_it() throws Exception {
        List<Echo> three = echoes.subList(0, 3);
        three.get(1).isToFail = true;

        turn.of(() -> sendAll(three));

        three.get(0).assertComesBack();
        three.get(2).assertComesBack();
        assertThat(three.get(1).gone.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void outside_of_a_read_what_is_flushed_leaves_at_once() throws Exception {
        Echo echo = echoes.get(0);
        var isToSend = new AtomicBoolean();
        turn.of(echo::send);
        echo.assertComesBack();

        onLoop(() -> {
            echo.leg.write(echo.leg.channel().alloc().ioBuffer(1).writeByte(1));
            echo.leg.flush();
            isToSend.set(echo.leg.isToSend());
        });

        assertThat(isToSend).isFalse();
        assertThat(echo.peer.getInputStream().read()).isEqualTo(1);
    }

    private void countRead() {
        readsOfTurn++;
        if (readsOfTurn == 1) {
            turns++;
            eventLoops.next().execute(() -> readsOfTurn = 0);
        }
    }

    private void onLoop(Runnable task) {
        eventLoops.next().submit(task).syncUninterruptibly();
    }

    private static void sendAll(List<Echo> some) throws IOException {
        for (Echo echo : some) {
            echo.send();
        }
    }

    private static void assertAllComeBack(List<Echo> some) throws IOException {
        for (Echo echo : some) {
            echo.assertComesBack();
        }
    }

    private final class Echo implements LegEvents {
        final Leg leg;
        final Socket peer;
        final CountDownLatch gone = new CountDownLatch(1);
        private final byte content;
        volatile boolean isToBeCut;
        volatile boolean isToBeFinished;
        volatile boolean isToFail;

        Echo(int content) throws IOException {
            this.content = (byte) content;
            try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                Channel channel = turn.connectTo(server, new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object message) {
                        channelReads++;
                        ctx.fireChannelRead(message);
                    }
                });
                peer = server.accept();
                peer.setSoTimeout(20_000);
                channel.config().setRecvByteBufAllocator(ReadBuffers.ADAPTING);
                leg = new Leg(channel);
                channel.pipeline().addLast(leg);
                onLoop(() -> leg.attach(this));
            }
        }

        void send() throws IOException {
            byte[] message = new byte[SHORT];
            Arrays.fill(message, content);
            peer.getOutputStream().write(message);
        }

        void assertComesBack() throws IOException {
            assertThat(peer.getInputStream().readNBytes(SHORT)).hasSize(SHORT).containsOnly(content);
        }

        @Override
        public void received(ByteBuf bytes) {
            countRead();
            firstIsToSend.add(echoes.getFirst().leg.isToSend());
            if (isToFail) {
                bytes.release();
                throw new IllegalStateException("made to fail");
            }
            leg.write(bytes);
        }

        @Override
        public void receivedAll() {
            leg.flush();
            if (isToBeCut) {
                leg.cut();
            }
            if (isToBeFinished) {
                leg.finish();
            }
        }

        @Override
        public void drained() {}

        @Override
        public void gone() {
            gone.countDown();
        }
    }
}
