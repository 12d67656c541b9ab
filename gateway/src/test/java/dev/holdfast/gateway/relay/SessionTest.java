package dev.holdfast.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.gateway.ScarceAllocator;
import dev.holdfast.gateway.keepalive.KeepAliveProperties;
import dev.holdfast.gateway.keepalive.PingMode;
import dev.holdfast.gateway.leg.Frame;
import dev.holdfast.gateway.leg.Leg;
import dev.holdfast.gateway.link.KeptBytes;
import dev.holdfast.gateway.link.LinkProperties;
import dev.holdfast.gateway.link.Redial;
import dev.holdfast.gateway.link.ResumePoint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/// Sessions between two channels without sockets, at moments that sockets rarely bring about.
class SessionTest {
    private static final int MOST_KEPT = 32 << 10;
    private static final int MOST_UNREAD = 150 << 10;
    private static final int LONG = 80 << 10;
    private static final Duration HOLD = Duration.ofMinutes(1);
    private static final Duration MAX_UNREADABLE = Duration.ofSeconds(30);
    /// A backend's Close frame with 1012.
    private static final String RESTART = "880203f4";
    /// The first frame of two, too long to be withheld.
    private static final String HALF_A_MESSAGE = "027f" + "0000000000011170" + "aa".repeat(70_000);
    /// Of which nothing goes on to the client: what is before it in a buffer is a small part of that.
    private static final String MUCH_ELSE = pong("nothing").repeat(100);

    private final Recorder observer = new Recorder();
    private final EmbeddedChannel clock = new EmbeddedChannel();
    private SessionLoop loop = loopFor(1_000_000);
    private final List<Pair> pairs = new ArrayList<>();

    @AfterEach
    void end() {
        pairs.forEach(Pair::cut);
        assertThat(open()).isEmpty();
        clock.finishAndReleaseAll();
    }

    @Test
    void who_begins_long_messages_when_all_keep_too_much_is_told_to_come_back_later() {
        Pair greedy = join("greedy");
        greedy.clientSends(start(LONG));
        Pair modest = join("modest");
        Pair long1 = join("long1");

        modest.clientSends(message(100));
        long1.clientSends(start(5 << 10));
        assertThat(observer.toString()).isEmpty();
        assertThat(long1.toClient()).startsWith("88").contains("03f5", hex("send shorter messages"));
        assertThat(modest.toClient()).isEmpty();
        assertThat(modest.toBackend()).isEqualTo(message(100));
        modest.clientSends(message(100));
        assertThat(modest.toBackend()).isEqualTo(message(100));
    }

    @Test
    void what_a_closed_session_kept_makes_room_for_others_at_once() {
        Pair first = join("first");
        first.clientSends(start(LONG));
        Pair second = join("second");
        second.clientSends(start(LONG));
        assertThat(second.toClient()).contains("03f5");
        Pair third = join("third");

        first.cut();
        third.clientSends(start(LONG));
        assertThat(third.toClient()).isEmpty();
    }

    @Test
    void a_long_message_comes_to_its_end_where_nobody_else_keeps_much() {
        Pair alone = join("alone");
        alone.clientSends(start(LONG));
        alone.clientSends("aa".repeat(LONG - 1));
        alone.clientSends("aa");

        assertThat(alone.toClient()).isEmpty();
        assertThat(loop.find(view -> view.toBackend().messages() == 1)).hasSize(1);
    }

    @Test
    void nobody_is_left_in_the_list_whose_first_bytes_found_no_memory() {
        ScarceAllocator memory = new ScarceAllocator();
        Pair pair = new Pair(new Pipe());
        pair.client.channel().config().setAllocator(memory);
        ByteBuf early = buffer(message(100));
        ByteBuf later = buffer(message(100));
        pair.client.keepEarly(early);
        pair.client.keepEarly(later);
        memory.runOut();

        assertThatThrownBy(() -> pair.open("p")).isInstanceOf(ScarceAllocator.NothingLeft.class);
        assertThat(early.refCnt()).isZero();
        assertThat(later.refCnt()).isZero();
        pair.cut();
        assertThat(open()).isEmpty();
        assertThat(observer).hasToString("p ");
    }

    @Test
    void bytes_are_given_back_when_there_is_no_memory_to_keep_a_copy() {
        String pong = "8a8000000000";
        for (String sent : List.of(message(100), message(100) + pong + message(100))) {
            ScarceAllocator memory = new ScarceAllocator();
            Pair pair = new Pair(new Pipe());
            pair.client.channel().config().setAllocator(memory);
            pair.open("p");
            memory.runOut();
            ByteBuf bytes = buffer(sent);
            pair.clientSends(bytes);
            assertThat(bytes.refCnt()).as(sent).isZero();
        }
    }

    @Test
    void what_has_to_wait_goes_on_as_it_is_when_there_is_no_memory_for_a_copy() {
        ScarceAllocator memory = new ScarceAllocator();
        TakesWhenTold client = new TakesWhenTold();
        Pair slow = new Pair(new Pipe(client));
        slow.client.channel().config().setAllocator(memory);
        slow.open("slow");
        String first = fromBackend(200);
        String last = fromBackend(200);
        slow.backendSends(first);
        // A few bytes of a buffer, of which a client that reads slowly should not keep all the rest
        ByteBuf beginning = buffer(first + last.substring(0, 20));
        ByteBuf end = buffer(last.substring(20) + MUCH_ELSE);
        slow.backendSends(beginning);
        memory.runOut();
        slow.backendSends(end);

        client.take();
        assertThat(slow.toClient()).isEqualTo(first + first + last);
        assertThat(observer.holds).isEmpty();
        assertThat(beginning.refCnt()).isZero();
        assertThat(end.refCnt()).isZero();
    }

    @Test
    void a_message_that_came_whole_goes_on_when_there_is_no_memory_for_the_start_behind_it() {
        clock.freezeTime();
        ScarceAllocator memory = new ScarceAllocator();
        Pair pair = join("p");
        ByteBuf bytes = memory.buffer().writeBytes(buffer(pong("E 1.aaaa") + fromBackend(200) + "82"));
        memory.runOut();
        pair.backendSends(bytes);
        pair.millisUntilDialled();

        assertThat(pair.toClient()).isEqualTo(fromBackend(200));
        assertThat(pair.dialledSince()).isEqualTo("1.aaaa");
    }

    @Test
    void a_message_that_could_not_be_written_is_asked_for_again() {
        clock.freezeTime();
        ScarceAllocator memory = new ScarceAllocator();
        Pair slow = new Pair(new Pipe(new TakesNothing()));
        slow.client.channel().config().setAllocator(memory);
        slow.open("slow");
        slow.backendSends(pong("E 1.aaaa") + fromBackend(200));
        memory.breakAfter(0);
        slow.backendSends(pong("E 2.aaaa") + fromBackend(200) + MUCH_ELSE);
        slow.millisUntilDialled();

        assertThat(slow.dialledSince()).isEqualTo("1.aaaa");
    }

    @Test
    void nothing_goes_into_a_message_of_which_the_rest_could_not_be_written() {
        String fragment = "020a" + "55".repeat(10);
        for (int written = 1; written <= 2; written++) {
            ScarceAllocator memory = new ScarceAllocator();
            TakesWhenTold client = new TakesWhenTold();
            Pair slow = new Pair(new Pipe(client));
            slow.client.channel().config().setAllocator(memory);
            slow.open("slow");
            slow.backendSends(pong("V 1") + fromBackend(200) + fragment);
            String next = "000a" + "55".repeat(10);
            slow.backendSends(next + MUCH_ELSE);
            memory.breakAfter(written);
            slow.backendSends("800a" + "55".repeat(10) + MUCH_ELSE);

            client.take();
            assertThat(slow.toClient())
                    .as("%d parts", written)
                    .isEqualTo(fromBackend(200) + fragment + (written == 2 ? next : ""));
            assertThat(observer.holds).containsExactly("began", "BROKEN after 0 s");
            observer.holds.clear();
        }
    }

    @Test
    void who_cannot_be_told_of_a_drain_for_want_of_memory_is_cut() {
        clock.freezeTime();
        ScarceAllocator memory = new ScarceAllocator();
        Pair pair = new Pair(new Pipe());
        pair.client.channel().config().setAllocator(memory);
        pair.open("p");
        pair.backendSends(pong("V 1"));
        memory.runOut();
        loop.drain(Duration.ZERO, _ -> 100);
        pass(Duration.ofSeconds(1));

        assertThat(open()).isEmpty();
    }

    @Test
    void who_cannot_be_closed_for_want_of_memory_is_cut_and_all_others_are_closed() {
        ScarceAllocator memory = new ScarceAllocator();
        Pair first = new Pair(new Pipe());
        first.client.channel().config().setAllocator(memory);
        first.open("first");
        Pair second = join("second");
        memory.runOut();

        assertThatCode(() -> loop.close(_ -> true, 4000, "maintenance")).doesNotThrowAnyException();
        assertThat(open()).containsExactly("second");
        assertThat(second.toClient()).contains("0fa0", hex("maintenance"));
    }

    @Test
    void a_session_that_goes_while_it_breaks_ends_once_and_takes_no_other_one_with_it() {
        Pair first = new Pair(new Pipe(new GoesAtTheFirstWrite()));
        first.open("first");
        Pair second = join("second");
        Pair third = join("third");
        first.backendSends(HALF_A_MESSAGE + RESTART);

        assertThat(observer).hasToString("first ");
        assertThat(open()).containsExactlyInAnyOrder("second", "third");
        third.cut();
        second.cut();
        assertThat(observer).hasToString("first third second ");
    }

    @Test
    void a_backend_that_takes_no_message_is_dialled_less_and_less_often_until_it_takes_one() {
        clock.freezeTime();
        Pair pair = join("p");
        pair.clientSends(message(100));
        pair.backendSends(RESTART);

        int waitedMillis = 0;
        for (int dial = 0; dial < 20; dial++) {
            waitedMillis += pair.millisUntilDialled();
            pair.backendComesBack();
            pair.backendSends(pong("C 1.aaaa") + RESTART);
        }
        // Never more than the longest first wait would make 2 s of it
        assertThat(waitedMillis).isGreaterThan(4_000);

        pair.millisUntilDialled();
        pair.backendComesBack();
        pair.backendSends(pong("A 1") + RESTART);
        assertThat(pair.millisUntilDialled()).isLessThanOrEqualTo(100);
    }

    @Test
    void a_hold_lasts_until_a_leg_serves() {
        clock.freezeTime();
        Pair pair = join("p");
        pair.backendSends(RESTART);
        pass(Duration.ofSeconds(10));
        pair.backendComesBack(pong("V 1") + RESTART);
        pass(Duration.ofSeconds(10));
        pair.backendComesBack();
        pass(Duration.ofSeconds(10));
        assertThat(observer.holds).containsExactly("began");

        pair.backendSends(pong("A 0"));
        assertThat(observer.holds).containsExactly("began", "RESUMED after 30 s");
    }

    @Test
    void a_hold_that_no_leg_ends_expires_with_all_its_time() {
        clock.freezeTime();
        Pair pair = join("p");
        pair.backendSends(RESTART);
        for (int i = 0; i < 3; i++) {
            pass(HOLD.dividedBy(4));
            pair.backendComesBack();
            pair.backendSends(RESTART);
        }
        pass(HOLD.dividedBy(4));

        assertThat(closing()).containsExactly("p");
        assertThat(observer.holds).containsExactly("began", "EXPIRED after 60 s");
    }

    @Test
    void a_leg_with_nothing_to_say_for_as_long_as_a_hold_has_served() {
        clock.freezeTime();
        Pair pair = join("p");
        pair.backendSends(RESTART);
        pass(Duration.ofSeconds(10));
        pair.backendComesBack();
        pass(HOLD);
        pair.backendSends(RESTART);

        assertThat(observer.holds).containsExactly("began", "RESUMED after 10 s", "began");
        assertThat(closing()).isEmpty();
    }

    @Test
    void it_has_served_too_when_the_session_ends_with_it() {
        clock.freezeTime();
        Pair pair = join("p");
        pair.backendSends(RESTART);
        pass(Duration.ofSeconds(10));
        pair.backendComesBack();
        pass(HOLD);
        pair.cut();

        assertThat(observer.holds).containsExactly("began", "RESUMED after 10 s");
    }

    @Test
    void a_hold_ends_with_its_session() {
        clock.freezeTime();
        Pair pair = join("p");
        pass(HOLD);
        pair.backendSends(RESTART);
        pass(Duration.ofSeconds(10));
        pair.cut();

        assertThat(observer.holds).containsExactly("began", "ENDED after 10 s");
    }

    @Test
    void a_leg_that_goes_in_the_middle_of_a_message_begins_a_hold_that_ends_at_once() {
        clock.freezeTime();
        Pair pair = join("p");
        pass(HOLD);
        pair.backendSends(HALF_A_MESSAGE + RESTART);

        assertThat(closing()).containsExactly("p");
        assertThat(observer.holds).containsExactly("began", "BROKEN after 0 s");
    }

    @Test
    void a_leg_that_goes_in_the_middle_of_a_long_frame_leaves_no_gap_to_say_so() {
        clock.freezeTime();
        Pair pair = join("p");
        String frame = fromBackend(LONG);
        pair.backendSends(frame.substring(0, frame.length() - 2));
        pair.backendBreaks();

        assertThat(pair.toClient()).isEqualTo(frame.substring(0, frame.length() - 2));
        pass(Session.CLOSE_TIMEOUT.plusSeconds(1));
        assertThat(observer.codes).containsExactly(1006);
        assertThat(observer.holds).containsExactly("began", "BROKEN after 0 s");
    }

    @Test
    void who_is_closed_in_the_middle_of_a_long_frame_gets_the_rest_of_it_first() {
        Pair pair = join("p");
        String frame = fromBackend(LONG);
        pair.backendSends(frame.substring(0, frame.length() - 2));
        loop.close(_ -> true, 4507, "bye");
        assertThat(closing()).containsExactly("p");
        assertThat(pair.toClient()).isEqualTo(frame.substring(0, frame.length() - 2));
        // Masked
        assertThat(pair.toBackend()).startsWith("8885");

        pair.backendSends(frame.substring(frame.length() - 2) + fromBackend(10));
        assertThat(pair.toClient()).isEqualTo(frame.substring(frame.length() - 2) + "8805119b" + hex("bye"));
        pair.cut();
        assertThat(observer.codes).containsExactly(4507);
    }

    @Test
    void the_rest_has_the_time_of_a_closing_to_come() {
        clock.freezeTime();
        Pair late = join("late");
        Pair gone = join("gone");
        Pair left = join("left");
        String beginning = fromBackend(LONG).substring(0, LONG * 2);
        for (Pair pair : List.of(late, gone, left)) {
            pair.backendSends(beginning);
        }
        loop.close(_ -> true, 4507, "bye");
        gone.clientPipe.close();
        left.backendBreaks();
        assertThat(gone.backendPipe.isFinished()).isTrue();
        assertThat(left.clientPipe.isFinished()).isTrue();
        assertThat(late.clientPipe.isFinished()).isFalse();
        pass(Session.CLOSE_TIMEOUT.plusSeconds(1));

        assertThat(open()).isEmpty();
        assertThat(observer.codes).containsExactly(4507, 4507, 4507);
    }

    @Test
    void each_leg_that_serves_begins_the_time_of_a_hold_anew() {
        clock.freezeTime();
        Pair pair = join("p");
        for (int i = 0; i < 3; i++) {
            pair.backendSends(RESTART);
            pass(HOLD.dividedBy(2));
            pair.backendComesBack();
            pair.backendSends(fromBackend(100 << 10));
        }
        assertThat(closing()).isEmpty();

        pair.backendSends(RESTART);
        pass(HOLD.dividedBy(2));
        pair.backendComesBack();
        pair.backendSends(RESTART);
        pass(HOLD.dividedBy(2));
        assertThat(closing()).containsExactly("p");
    }

    @Test
    void of_those_who_read_nothing_as_many_are_let_go_early_as_take_more_than_there_is() {
        clock.freezeTime();
        Pair reader = join("reader");
        for (String player : List.of("one", "other")) {
            Pair greedy = join(player, new TakesNothing());
            greedy.backendSends(fromBackend(100 << 10));
        }
        for (int i = 0; i < 4; i++) {
            reader.backendSends(fromBackend(100 << 10));
            assertThat(reader.toClient()).hasSizeGreaterThan(2 * (100 << 10));
        }

        pass(Duration.ofSeconds(1));
        assertThat(closing()).isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(closing()).hasSize(1).doesNotContain("reader");
        pass(Duration.ofSeconds(20));
        assertThat(open()).hasSize(2).contains("reader");
        assertThat(observer.codes).containsExactly(4002);
        pass(Duration.ofSeconds(20));
        assertThat(open()).containsExactly("reader");
        assertThat(observer.codes).containsExactly(4002, 4002);
    }

    @Test
    void where_memory_is_short_who_takes_nothing_of_less_than_stops_the_backend_is_let_go_too() {
        clock.freezeTime();
        for (String player : List.of("one", "two", "three")) {
            Pair pair = join(player, new TakesNothing());
            pair.backendSends(fromBackend(60 << 10));
            assertThat(pair.client.isWritable()).isTrue();
        }

        pass(Duration.ofSeconds(1));
        assertThat(closing()).isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(closing()).hasSize(1);
        pass(MAX_UNREADABLE.multipliedBy(2));
        assertThat(open()).hasSize(2);
        assertThat(observer.codes).containsExactly(4002);
    }

    @Test
    void who_takes_what_waits_before_its_time_is_over_is_left_however_often_it_takes_nothing() {
        clock.freezeTime();
        TakesWhenTold client = new TakesWhenTold();
        Pair pair = join("slow", client);
        for (int i = 0; i < 3; i++) {
            pair.backendSends(fromBackend(100 << 10));
            pass(MAX_UNREADABLE.minusSeconds(1));
            client.take();
        }
        assertThat(closing()).isEmpty();
        assertThat(pair.toClient()).hasSizeGreaterThan(3 * 2 * (100 << 10));

        pair.backendSends(fromBackend(100 << 10));
        pass(MAX_UNREADABLE.plusSeconds(1));
        assertThat(closing()).containsExactly("slow");
        client.take();
        assertThat(pair.toClient()).contains("0fa2", hex("was not read for 30 s"));
    }

    @Test
    void who_sends_too_quickly_slows_down_nobody_else() {
        clock.freezeTime();
        loop = loopFor(2);
        Pair quick = join("quick");
        Pair other = join("other");
        quick.clientSends(message(1).repeat(40));
        assertThat(quick.client.isPaused()).isTrue();

        for (int i = 0; i < 8; i++) {
            other.clientSends(message(1));
            assertThat(other.client.isPaused()).as("after message %d", i).isFalse();
            assertThat(other.toBackend()).isEqualTo(message(1));
        }
        assertThat(quick.client.isPaused()).isTrue();
    }

    @Test
    void in_a_drain_sessions_leave_evenly_over_its_time() {
        clock.freezeTime();
        int players = 10;
        for (int i = 0; i < players; i++) {
            join("p" + i);
        }
        loop.drain(Duration.ofSeconds(players), _ -> 100);

        for (int second = 1; second <= players; second++) {
            pass(Duration.ofSeconds(1));
            assertThat(loop.find(view -> view.state() == SessionView.State.OPEN))
                    .as("after %d s", second)
                    .hasSizeBetween(players - second - 1, players - second);
        }
    }

    @Test
    void what_may_wait_is_a_quarter_of_the_memory_over_all_event_loops() {
        assertThat(Sessions.shareOf(800, 2)).isEqualTo(100);
        assertThat(Sessions.shareOf(800, 1)).isEqualTo(200);
    }

    private SessionLoop loopFor(int messagesPerSecond) {
        return new SessionLoop(
                clock.eventLoop(),
                new SessionLoop.Settings(
                        new RelayProperties(DataSize.ofMegabytes(1), messagesPerSecond, null, MAX_UNREADABLE),
                        new KeepAliveProperties(Duration.ofHours(1), Duration.ofHours(1), PingMode.FRAME),
                        new LinkProperties(HOLD, Duration.ofHours(1), Duration.ofHours(1))),
                new KeptBytes(MOST_KEPT),
                MOST_UNREAD,
                observer,
                new SessionLoop.Totals(new AtomicInteger(), new AtomicInteger()));
    }

    private Pair join(String player, ChannelHandler... before) {
        Pair pair = new Pair(new Pipe(before));
        pair.open(player);
        return pair;
    }

    private void pass(Duration time) {
        for (long millis = 0; millis < time.toMillis(); millis += 10) {
            clock.advanceTimeBy(10, TimeUnit.MILLISECONDS);
            clock.runScheduledPendingTasks();
        }
    }

    private List<String> closing() {
        return loop.find(view -> view.state() == SessionView.State.CLOSING).stream()
                .map(view -> view.info().player())
                .toList();
    }

    private List<String> open() {
        return loop.find(_ -> true).stream().map(view -> view.info().player()).toList();
    }

    /// A masked binary message, in hexadecimal.
    private static String message(int payload) {
        return header(payload) + "55".repeat(payload);
    }

    /// The header of a message of twice this many bytes, and the first of them.
    private static String start(int payload) {
        return header(2 * payload) + "55".repeat(payload);
    }

    private static String fromBackend(int payload) {
        String length = payload < 1 << 16 ? "7e%04x" : "7f%016x";
        return "82" + length.formatted(payload) + "55".repeat(payload);
    }

    private static String header(int payload) {
        String length = payload < 126
                ? "%02x".formatted(0x80 | payload)
                : payload < 1 << 16 ? "fe%04x".formatted(payload) : "ff%016x".formatted(payload);
        return "82" + length + "00000000";
    }

    private static String pong(String payload) {
        return "8a%02x".formatted(payload.length()) + hex(payload);
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static ByteBuf buffer(String hex) {
        return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
    }

    /// The two legs of a session.
    private final class Pair {
        private final Pipe clientPipe;
        private Pipe backendPipe = new Pipe();
        private Redial.@Nullable Outcome dialled;
        private @Nullable ResumePoint dialledFrom;
        private final Leg client;
        private final Leg backend;

        Pair(Pipe clientPipe) {
            this.clientPipe = clientPipe;
            client = clientPipe.leg();
            backend = backendPipe.leg();
            pairs.add(this);
        }

        void open(String player) {
            loop.open(
                    new SessionInfo("id", "game", player, "127.0.0.1", "", null, null),
                    client,
                    backend,
                    (point, _, outcome) -> {
                        dialledFrom = point;
                        dialled = outcome;
                        return () -> {};
                    });
        }

        /// @return how long that took by the loop's clock
        int millisUntilDialled() {
            int millis = 0;
            for (; dialled == null; millis += 10) {
                clock.advanceTimeBy(10, TimeUnit.MILLISECONDS);
                clock.runScheduledPendingTasks();
            }
            return millis;
        }

        /// The cursor of the last dial.
        @Nullable
        String dialledSince() {
            return Objects.requireNonNull(dialledFrom).since();
        }

        /// Answers the dial with another leg.
        ///
        /// @param early what came with its 101
        void backendComesBack(String... early) {
            Redial.Outcome answered = Objects.requireNonNull(dialled);
            dialled = null;
            backendPipe.finishAndReleaseAll();
            backendPipe = new Pipe(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object head) {
                    ctx.pipeline().remove(this);
                    answered.upgraded(backendPipe.leg());
                }
            });
            for (String bytes : early) {
                backendPipe.leg().keepEarly(buffer(bytes));
            }
            backendPipe.writeInbound("HTTP/1.1 101");
        }

        void clientSends(String hex) {
            clientSends(buffer(hex));
        }

        void clientSends(ByteBuf bytes) {
            clientPipe.writeInbound(bytes);
        }

        void backendSends(String hex) {
            backendSends(buffer(hex));
        }

        void backendSends(ByteBuf bytes) {
            backendPipe.writeInbound(bytes);
        }

        void backendBreaks() {
            backendPipe.close();
        }

        String toClient() {
            return clientPipe.sent();
        }

        String toBackend() {
            return backendPipe.sent();
        }

        void cut() {
            clientPipe.close();
            backendPipe.close();
            clientPipe.finishAndReleaseAll();
            backendPipe.finishAndReleaseAll();
        }
    }

    /// A client whose socket takes nothing.
    private static final class TakesNothing extends ChannelOutboundHandlerAdapter {
        @Override
        public void flush(ChannelHandlerContext ctx) {}
    }

    /// A client whose socket takes all that waits for it, but only now and then.
    private static final class TakesWhenTold extends ChannelOutboundHandlerAdapter {
        private @Nullable ChannelHandlerContext context;

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            context = ctx;
        }

        @Override
        public void flush(ChannelHandlerContext ctx) {}

        void take() {
            Objects.requireNonNull(context).flush();
        }
    }

    /// A client that is found gone when a Close frame is written to it.
    private static final class GoesAtTheFirstWrite extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            boolean isClose = message instanceof ByteBuf bytes
                    && bytes.isReadable()
                    && (bytes.getByte(bytes.readerIndex()) & 0xFF) == (0x80 | Frame.CLOSE);
            ReferenceCountUtil.release(message);
            if (isClose) {
                ctx.fireChannelInactive();
            }
        }
    }

    /// The players whose sessions have ended, in order, and the holds.
    private static final class Recorder implements SessionObserver {
        private final StringBuilder ended = new StringBuilder();
        private final List<String> holds = new ArrayList<>();
        private final List<Integer> codes = new ArrayList<>();

        @Override
        public void holdBegan(SessionInfo info) {
            holds.add("began");
        }

        @Override
        public void holdEnded(SessionInfo info, HoldOutcome outcome, long heldNanos, String backend) {
            holds.add("%s after %d s".formatted(outcome, TimeUnit.NANOSECONDS.toSeconds(heldNanos)));
        }

        @Override
        public void ended(SessionEnd end) {
            codes.add(end.code());
            ended.append(end.last().info().player()).append(' ');
        }

        @Override
        public String toString() {
            return ended.toString();
        }
    }
}
