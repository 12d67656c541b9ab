package dev.holdfast.gateway.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.Console;
import dev.holdfast.gateway.ScarceAllocator;
import dev.holdfast.gateway.leg.Leg;
import dev.holdfast.gateway.leg.LegEvents;
import dev.holdfast.gateway.leg.LegIoHandler;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

class ClientGateTest {
    private static final String HEAD =
            "GET /ws/g/p HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    private static final int MUCH = 192 << 10;

    private static final GateRules RULES =
            new GateRules(8 << 10, Duration.ofSeconds(10), Duration.ofSeconds(60), new Refusals(), _ -> {});

    /// Answers nothing by itself, unless [#refusesAtOnce].
    private final class Asked implements Doorman {
        @Override
        public boolean isForSession(HttpRequest request) {
            return request.uri().startsWith("/ws/");
        }

        @Override
        public @Nullable Runnable answer(HttpRequest request, ClientGate asking) {
            asked.append(request.uri()).append(' ');
            gate = asking;
            if (refusesAtOnce) {
                asking.answer(refusal(), true);
                return null;
            }
            return () -> asked.append("gone ");
        }

        @Override
        public void turnedAway(@Nullable HttpRequest request, Refusal refusal) {}
    }

    /// A network that takes nothing until it is told to.
    private static final class Stuck extends ChannelOutboundHandlerAdapter {
        private final List<ChannelPromise> writes = new ArrayList<>();

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            ReferenceCountUtil.release(message);
            writes.add(promise);
        }

        void take() {
            List.copyOf(writes).forEach(ChannelPromise::setSuccess);
            writes.clear();
        }
    }

    private final StringBuilder asked = new StringBuilder();
    /// What it was told.
    private final List<String> httpServer = new ArrayList<>();
    private boolean refusesAtOnce;
    private @Nullable ClientGate gate;
    private final EmbeddedChannel channel = gated();

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void other_requests_go_through_whole() {
        receive("POST /api HTTP/1.1\r\nContent-Length: 24\r\n\r\nGET /ws/ HTTP/1.1\r\n\r\nhi!");

        assertThat(passedOn(channel)).isEqualTo("POST /api GET /ws/ HTTP/1.1\r\n\r\nhi!");
    }

    @Test
    void what_comes_behind_the_head_of_an_upgrade_waits_wherever_the_head_is_cut() {
        String all = HEAD + "frame";
        for (int cut = 1; cut < all.length(); cut++) {
            EmbeddedChannel fresh = gated();
            fresh.writeInbound(bytes(all.substring(0, cut)));
            fresh.writeInbound(bytes(all.substring(cut)));

            assertThat(passedOn(fresh)).as("cut at %d", cut).isEmpty();
            assertThat(asked).hasToString("/ws/g/p ");
            asked.setLength(0);
            fresh.finishAndReleaseAll();
            asked.setLength(0);
        }
    }

    @Test
    void an_upgrade_behind_another_request_is_seen() {
        receive("GET /livez HTTP/1.1\r\n\r\n" + HEAD + "frame");

        assertThat(passedOn(channel)).isEqualTo("GET /livez ");
    }

    @Test
    void an_upgrade_waits_for_the_answers_before_its_own() {
        receive("GET /livez HTTP/1.1\r\n\r\nGET /readyz HTTP/1.1\r\n\r\n" + HEAD + "frame");
        answerAs(HttpResponseStatus.OK);
        assertThat(asked).isEmpty();

        answerAs(HttpResponseStatus.OK);

        assertThat(asked).hasToString("/ws/g/p ");
        assertThat(passedOn(channel)).isEqualTo("GET /livez GET /readyz ");
    }

    @Test
    void an_answer_may_take_longer_than_a_connection_may_idle_which_begins_behind_it() {
        RULES.mayIdleAgain(channel.pipeline());
        receive(HEAD);
        advance(120);
        assertThat(channel.isOpen()).isTrue();

        refuse();
        advance(59);
        assertThat(channel.isOpen()).isTrue();
        advance(2);
        assertThat(channel.isOpen()).isFalse();
    }

    private void advance(int seconds) {
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void the_doorman_is_told_that_the_client_has_gone() {
        receive(HEAD);
        channel.close();

        assertThat(asked).hasToString("/ws/g/p gone ");
    }

    @Test
    void the_doorman_is_not_told_of_an_end_behind_its_answer() {
        receive(HEAD);
        refuse();
        channel.close();

        assertThat(asked).hasToString("/ws/g/p ");
    }

    @Test
    void the_body_of_a_refused_request_is_nobodys() {
        receive("POST /ws/g/p HTTP/1.1\r\nContent-Length: 5\r\n\r\n");
        refuse();
        receive("whole" + "GET /next HTTP/1.1\r\n\r\n");

        assertThat(passedOn(channel)).isEqualTo("GET /next ");
    }

    @Test
    void no_more_than_a_read_is_held() {
        receive(HEAD + "early");
        assertThat(channel.config().isAutoRead()).isFalse();

        refuse();

        assertThat(channel.config().isAutoRead()).isTrue();
    }

    /// Netty reads on to the end of what the kernel holds when it is told of a FIN, whatever auto-read says. Each
    /// such read was added to the others by a copy of them all.
    @Test
    @EnabledOnOs(OS.LINUX)
    void of_a_client_that_has_ended_no_more_is_held_than_of_another() throws IOException {
        EventLoopGroup eventLoops = new MultiThreadIoEventLoopGroup(1, LegIoHandler.factory());
        AtomicInteger read = new AtomicInteger();
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Channel gated = new Bootstrap()
                    .group(eventLoops)
                    .channel(EpollSocketChannel.class)
                    .option(ChannelOption.SO_RCVBUF, 4 * MUCH)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel fresh) {
                            ClientGate.install(
                                    fresh.pipeline(), RULES, new Asked(), new ChannelInboundHandlerAdapter());
                            fresh.pipeline().addFirst(new ChannelInboundHandlerAdapter() {
                                @Override
                                public void channelRead(ChannelHandlerContext ctx, Object message) {
                                    read.addAndGet(((ByteBuf) message).readableBytes());
                                    ctx.fireChannelRead(message);
                                }
                            });
                        }
                    })
                    .connect(server.getLocalSocketAddress())
                    .syncUninterruptibly()
                    .channel();
            try (Socket client = server.accept()) {
                client.getOutputStream().write((HEAD + "early").getBytes(StandardCharsets.US_ASCII));
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
                while (gated.config().isAutoRead()) {
                    assertThat(System.nanoTime())
                            .as("waiting for what came early")
                            .isLessThan(deadline);
                }
                client.getOutputStream().write(new byte[MUCH]);
                client.shutdownOutput();

                assertThat(gated.closeFuture().awaitUninterruptibly(20, TimeUnit.SECONDS))
                        .isTrue();
                assertThat(read).hasValueLessThan(MUCH);
            }
        } finally {
            eventLoops.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
        }
        assertThat(asked).hasToString("/ws/g/p gone ");
    }

    @Test
    void the_next_request_waits_until_a_refusal_is_out_and_not_for_ever() {
        refusesAtOnce = true;
        Stuck network = new Stuck();
        channel.pipeline().addFirst(network);
        receive(HEAD.repeat(4));
        assertThat(asked).hasToString("/ws/g/p ");
        assertThat(channel.config().isAutoRead()).isFalse();

        network.take();
        channel.runPendingTasks();
        assertThat(asked).hasToString("/ws/g/p ".repeat(2));
        advance(59);
        assertThat(channel.isOpen()).isTrue();
        advance(2);
        assertThat(channel.isOpen()).isFalse();
        assertThat(asked).hasToString("/ws/g/p ".repeat(2));
    }

    @Test
    void a_connection_that_does_not_go_on_ends_behind_the_refusal() {
        receive(HEAD);
        Objects.requireNonNull(gate).answer(refusal(), false);

        assertThat(answered()).startsWith("HTTP/1.1 403 ").contains("connection: close");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void after_the_upgrade_the_leg_is_alone_and_gets_what_waited_first() {
        receive(HEAD + "early");
        Leg leg = Objects.requireNonNull(gate).upgrade(bytes("101"));
        StringBuilder received = new StringBuilder();
        leg.attach(new LegEvents() {
            @Override
            public void received(ByteBuf in) {
                received.append(in.toString(StandardCharsets.US_ASCII));
                in.release();
            }

            @Override
            public void receivedAll() {}

            @Override
            public void drained() {}

            @Override
            public void gone() {}
        });

        receive(" late");

        assertThat(received).hasToString("early late");
        assertThat(channel.pipeline().first()).isSameAs(leg);
        assertThat(channel.pipeline().last()).isSameAs(leg);
        ByteBuf sent = channel.readOutbound();
        assertThat(sent.toString(StandardCharsets.US_ASCII)).isEqualTo("101");
        sent.release();
    }

    @Test
    void when_the_upgrade_is_refused_what_waited_is_the_next_request() {
        receive(HEAD + "GET /next HTTP/1.1\r\n\r\n");
        assertThat(passedOn(channel)).isEmpty();

        refuse();

        assertThat(passedOn(channel)).isEqualTo("GET /next ");
    }

    @Test
    void who_never_asks_is_cut_off_without_a_word() {
        channel.advanceTimeBy(10, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();

        assertThat(channel.isOpen()).isFalse();
        assertThat(answered()).isEmpty();
    }

    @Test
    void a_first_head_has_its_time_from_the_start_of_the_connection_however_it_drips() {
        for (int seconds = 0; seconds < 9; seconds++) {
            receive("GET /slow HTTP/1.1\r\nX: y\r\n".substring(seconds, seconds + 1));
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
        }
        assertThat(channel.isOpen()).isTrue();
        channel.advanceTimeBy(1, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();

        assertThat(answered()).startsWith("HTTP/1.1 408 ").contains("Connection: close", "request_timeout");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void a_body_has_the_time_of_its_head() {
        receive("POST /api HTTP/1.1\r\nContent-Length: 9\r\n\r\nbegun");
        channel.advanceTimeBy(10, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();

        assertThat(channel.isOpen()).isFalse();
        // Its own answer is on the way
        assertThat(answered()).isEmpty();
    }

    @Test
    void a_body_whose_head_came_in_the_packet_of_another_body_has_its_time_too() {
        receive("POST /one HTTP/1.1\r\nContent-Length: 5\r\n\r\nwhole"
                + "POST /two HTTP/1.1\r\nContent-Length: 9\r\n\r\n");
        advance(9);
        receive("drip");
        assertThat(channel.isOpen()).isTrue();
        advance(1);

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void a_later_head_has_its_time_from_its_first_byte() {
        receive("GET /one HTTP/1.1\r\n\r\n");
        channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
        channel.advanceTimeBy(1, TimeUnit.HOURS);
        channel.runScheduledPendingTasks();
        assertThat(answered()).startsWith("HTTP/1.1 200 ");
        assertThat(channel.isOpen()).isTrue();
        receive("G");
        channel.advanceTimeBy(9, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        receive("E");
        assertThat(channel.isOpen()).isTrue();
        channel.advanceTimeBy(1, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();

        assertThat(answered()).startsWith("HTTP/1.1 408 ");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void who_is_turned_away_gets_the_answer_and_the_end_without_any_direct_memory() {
        ScarceAllocator memory = new ScarceAllocator();
        memory.runOut();
        channel.config().setAllocator(memory);
        receive("G");
        advance(10);
        assertThat(answered()).startsWith("HTTP/1.1 408 ");
        assertThat(channel.isOpen()).isFalse();

        EmbeddedChannel folding = gated();
        folding.config().setAllocator(memory);
        ByteBuf folded = bytes("GET / HTTP/1.1\r\nX: a\r\n b\r\n\r\n");
        folding.writeInbound(folded);
        assertThat(textOf(folding)).startsWith("HTTP/1.1 400 ");
        assertThat(folding.isOpen()).isFalse();
        assertThat(folded.refCnt()).isZero();
    }

    @Test
    void who_says_more_than_there_is_memory_to_hold_is_cut_off_and_all_of_it_given_back() {
        ScarceAllocator memory = new ScarceAllocator();
        ByteBuf first = bytes(HEAD + "early");
        ByteBuf second = memory.buffer().writeBytes(bytes(" and more"));
        channel.writeInbound(first);
        memory.runOut();

        channel.writeInbound(second);
        assertThat(channel.isOpen()).isFalse();
        assertThat(asked).hasToString("/ws/g/p gone ");
        assertThat(second.refCnt()).isZero();
        assertThat(first.refCnt()).isZero();
    }

    @Test
    void a_request_that_is_whole_may_wait_for_its_answer() {
        receive("POST /api HTTP/1.1\r\nContent-Length: 5\r\n\r\nwhole");
        channel.advanceTimeBy(1, TimeUnit.HOURS);
        channel.runScheduledPendingTasks();

        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void an_upgraded_connection_has_no_clock() {
        // Even if the request claimed to go on
        receive(HEAD.replace("Host: h", "Content-Length: 5"));
        Leg leg = Objects.requireNonNull(gate).upgrade(bytes("101"));
        channel.advanceTimeBy(1, TimeUnit.HOURS);
        channel.runScheduledPendingTasks();

        assertThat(channel.isOpen()).isTrue();
        leg.cut();
    }

    @Test
    void a_folded_header_is_refused_wherever_the_head_is_cut() {
        String all = "GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n";
        for (int cut = 1; cut < all.length(); cut++) {
            EmbeddedChannel fresh = gated();
            fresh.writeInbound(bytes(all.substring(0, cut)));
            if (fresh.isOpen()) {
                fresh.writeInbound(bytes(all.substring(cut)));
            }

            assertThat(passedOn(fresh)).as("cut at %d", cut).isEmpty();
            assertThat(textOf(fresh)).startsWith("HTTP/1.1 400 ").contains("folded_header");
            assertThat(fresh.isOpen()).isFalse();
            fresh.finishAndReleaseAll();
        }
    }

    @Test
    void a_body_may_have_lines_that_begin_with_a_space() {
        receive("POST /api HTTP/1.1\r\nContent-Length: 8\r\n\r\na\r\n b\r\nc");

        assertThat(passedOn(channel)).isEqualTo("POST /api a\r\n b\r\nc");
    }

    @Test
    void a_refusal_does_not_overtake_an_answer() {
        receive("GET /one HTTP/1.1\r\n\r\nGET http://two/ HTTP/1.1\r\n\r\n");

        assertThat(answered()).isEmpty();
        assertThat(channel.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://h/api/games", "*", "h:443", "api/games"})
    void a_target_that_is_no_path_is_refused_with_its_body(String target) {
        receive("POST " + target + " HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody");

        assertThat(passedOn(channel)).isEmpty();
        assertThat(answered()).startsWith("HTTP/1.1 400 ").contains("bad_target");
        assertThat(channel.isOpen()).isFalse();
    }

    /// The decoder gives it a body of 8 bytes, which nothing in it announces.
    @ParameterizedTest
    @ValueSource(strings = {"Sec-WebSocket-Key1", "sec-websocket-key2"})
    void a_head_of_the_handshake_before_the_standard_is_refused(String header) {
        receive("GET /livez HTTP/1.1\r\n" + header + ": 1\r\n\r\nGET /next HTTP/1.1\r\n\r\n");

        assertThat(passedOn(channel)).isEmpty();
        assertThat(answered()).startsWith("HTTP/1.1 400 ").contains("bad_handshake", "Connection: close");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void the_http_server_is_brought_in_once_by_the_first_request_that_is_for_it() {
        receive(HEAD);
        refuse();
        assertThat(httpServer).isEmpty();

        receive("GET /livez HTTP/1.1\r\n\r\n");
        assertThat(httpServer).containsExactly("added", "active", "GET /livez");

        answerAs(HttpResponseStatus.OK);
        receive("GET /readyz HTTP/1.1\r\n\r\n");
        assertThat(httpServer).containsExactly("added", "active", "GET /livez", "GET /readyz");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void a_connection_that_breaks_before_the_http_server_is_there_is_no_failure_of_ours(CapturedOutput output) {
        channel.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));

        assertThat(channel.isOpen()).isFalse();
        assertThat(Console.text(output)).doesNotContain("reset by peer");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void a_failure_of_ours_ends_the_connection_and_is_told(CapturedOutput output) {
        channel.pipeline().fireExceptionCaught(new IllegalStateException("of ours"));

        assertThat(channel.isOpen()).isFalse();
        assertThat(Console.text(output)).contains("closing it after a failure of our own", "of ours");
    }

    @Test
    void once_the_http_server_is_there_failures_are_its_own() {
        receive("GET /livez HTTP/1.1\r\n\r\n");
        channel.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));

        assertThat(channel.isOpen()).isTrue();
        assertThat(httpServer).contains("failed");
    }

    private EmbeddedChannel gated() {
        EmbeddedChannel fresh = new EmbeddedChannel();
        ClientGate.install(fresh.pipeline(), RULES, new Asked(), new HttpServer());
        return fresh;
    }

    private final class HttpServer extends ChannelInboundHandlerAdapter {
        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            httpServer.add("added");
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            httpServer.add("active");
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof HttpRequest request) {
                httpServer.add(request.method() + " " + request.uri());
            }
            ctx.fireChannelRead(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
            httpServer.add("failed");
        }
    }

    private void refuse() {
        Objects.requireNonNull(gate).answer(refusal(), true);
        channel.runPendingTasks();
    }

    private static FullHttpResponse refusal() {
        return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.FORBIDDEN);
    }

    /// The HTTP server's answer.
    private void answerAs(HttpResponseStatus status) {
        channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status));
        channel.runPendingTasks();
    }

    private void receive(String text) {
        channel.writeInbound(bytes(text));
    }

    /// What the HTTP server behind the gate saw: method and target of each request, and bodies.
    private static String passedOn(EmbeddedChannel channel) {
        StringBuilder seen = new StringBuilder();
        for (Object part = channel.readInbound(); part != null; part = channel.readInbound()) {
            if (part instanceof HttpRequest request) {
                seen.append(request.method()).append(' ').append(request.uri()).append(' ');
            } else if (part instanceof HttpContent content) {
                seen.append(content.content().toString(StandardCharsets.US_ASCII));
            }
            ReferenceCountUtil.release(part);
        }
        return seen.toString();
    }

    /// What was written to the client.
    private String answered() {
        return textOf(channel);
    }

    private static String textOf(EmbeddedChannel channel) {
        StringBuilder text = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            text.append(part.toString(StandardCharsets.US_ASCII));
            part.release();
        }
        return text.toString();
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }
}
