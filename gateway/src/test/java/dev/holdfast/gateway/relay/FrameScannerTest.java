package dev.holdfast.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.gateway.ScarceAllocator;
import dev.holdfast.gateway.leg.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Bytes as in RFC 6455, section 5.7, so that a test can be read beside it.
class FrameScannerTest {
    private static final String HELLO = "818537fa213d7f9f4d5158";
    private static final String HELLO_BARE = "810548656c6c6f";

    @Test
    void a_message_passes_as_it_came() {
        Found found = fromClient(HELLO);

        assertThat(found.passed()).isEqualTo(HELLO);
        assertThat(found.messages).isEqualTo(1);
        assertThat(found.shortTexts).containsExactly("Hello");
    }

    @Test
    void the_same_is_found_wherever_the_bytes_are_cut() {
        String ping = "898537fa213d7f9f4d5158";
        String empty = "828000000000";
        String fragments = "018300000000414243" + ping + "808100000000" + "44";
        String medium = "82fe012c00000000" + "55".repeat(300);
        String large = "82ff000000000001000000000000" + "66".repeat(65536);
        String close = "888200000000" + "03e8";
        String all = HELLO + ping + empty + fragments + medium + large + HELLO + close;
        Found whole = fromClient(all);
        assertThat(whole.passed()).isEqualTo(all.replace(ping, ""));
        assertThat(whole.messages).isEqualTo(6);
        assertThat(whole.controls).containsExactly("9 Hello", "9 Hello");
        assertThat(whole.closeCode).isEqualTo(1000);

        for (int chunk = 1; chunk <= 40; chunk++) {
            Found cut = new Found(true, Long.MAX_VALUE);
            byte[] bytes = HexFormat.of().parseHex(all);
            for (int at = 0; at < bytes.length; at += chunk) {
                cut.scanner.scan(Unpooled.copiedBuffer(bytes, at, Math.min(chunk, bytes.length - at)));
            }
            assertThat(cut.passed()).as("in pieces of %d", chunk).isEqualTo(whole.passed());
            assertThat(cut.messages).isEqualTo(whole.messages);
            assertThat(cut.controls).isEqualTo(whole.controls);
            assertThat(cut.shortTexts).isEqualTo(whole.shortTexts);
        }
    }

    @Test
    void what_the_sink_keeps_is_cut_out() {
        Found found = new Found(true, Long.MAX_VALUE);
        found.swallows = "Hello";
        String other = "828100000000" + "41";

        found.scan(other + HELLO + other + HELLO);

        assertThat(found.passed()).isEqualTo(other + other);
        assertThat(found.messages).isEqualTo(2);
    }

    @Test
    void only_short_texts_of_one_frame_are_looked_into() {
        Found found = new Found(true, Long.MAX_VALUE);

        found.scan("81c0" + "00000000" + "41".repeat(64));
        found.scan("81c1" + "00000000" + "41".repeat(65));
        found.scan("82c0" + "00000000" + "41".repeat(64));
        found.scan("018100000000" + "41" + "808100000000" + "41");

        assertThat(found.shortTexts).containsExactly("A".repeat(64));
        assertThat(found.messages).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        "c18537fa213d7f9f4d5158, reserved bits",
        "a18537fa213d7f9f4d5158, reserved bits",
        "838037fa213d, reserved opcode 3",
        "8b8037fa213d, reserved opcode 11",
        "810548656c6c6f, without a mask",
        "808137fa213d00, without a message to continue",
        "018137fa213d00818137fa213d00, inside a fragmented",
        "098037fa213d, fragmented control frame",
        "89fe007e37fa213d, control frame of more than 125",
        "82fe007d37fa213d, shortest form",
        "82ff000000000000ffff37fa213d, shortest form",
        "82ff800000000000000037fa213d, highest bit",
        "888137fa213d00, must not be sent",
        "888200000000" + "03ed, must not be sent",
        "888200000000" + "1388, must not be sent",
    })
    void a_broken_rule_ends_the_direction_with_1002(String frames, String reason) {
        Found found = fromClient(frames + HELLO);

        assertThat(found.violation).startsWith("1002 ").contains(reason);
        assertThat(found.scanner.isOver()).isTrue();
        assertThat(found.passed()).doesNotContain("7f9f4d5158");
    }

    @Test
    void a_masked_frame_from_a_server_breaks_the_rules() {
        Found found = new Found(false, Long.MAX_VALUE);

        found.scan(HELLO_BARE + HELLO);

        assertThat(found.passed()).isEqualTo(HELLO_BARE);
        assertThat(found.violation).startsWith("1002 ").contains("masked frame from a server");
    }

    @Test
    void a_message_over_the_limit_is_refused_at_its_header() {
        Found found = new Found(true, 300);

        found.scan("82fe012c00000000" + "55".repeat(300) + "82fe012d00000000");

        assertThat(found.messages).isEqualTo(1);
        assertThat(found.violation).startsWith("1009 ").contains("300 bytes");
    }

    @Test
    void fragments_count_together_against_the_limit() {
        Found found = new Found(true, 300);

        found.scan("02fe00c800000000" + "55".repeat(200) + "00e500000000" + "55".repeat(101));

        assertThat(found.violation).startsWith("1009 ");
    }

    @Test
    void a_message_of_too_many_fragments_is_refused_however_small_they_are() {
        String first = "028000000000";
        String empty = "008000000000";
        String last = "808000000000";
        Found found = new Found(true, 64 << 10);

        found.scan(first + empty.repeat(62) + last);
        found.scan(first + (empty + "898000000000").repeat(63));
        assertThat(found.messages).isEqualTo(1);
        assertThat(found.violation).isEmpty();

        found.scan(last);
        assertThat(found.violation).startsWith("1008 ").contains("64 fragments");
        assertThat(found.messages).isEqualTo(1);
    }

    @Test
    void a_larger_message_may_have_more_fragments() {
        Found found = new Found(true, 1 << 20);

        found.scan("028000000000" + "008000000000".repeat(1023));
        assertThat(found.violation).isEmpty();

        found.scan("008000000000");
        assertThat(found.violation).startsWith("1008 ").contains("1024 fragments");
    }

    @Test
    void an_interruption_comes_between_the_frames_it_asked_for() {
        Found found = new Found(false, Long.MAX_VALUE);
        found.scan("82084142");
        assertThat(found.scanner.isBetweenFrames()).isFalse();

        found.scanner.interrupt();
        found.scan("434445464748" + HELLO_BARE);

        assertThat(found.gaps).containsExactly("82084142434445464748");
        assertThat(found.passed()).isEqualTo("82084142434445464748" + HELLO_BARE);
    }

    @Test
    void between_fragments_is_between_frames_and_not_between_messages() {
        Found found = new Found(false, Long.MAX_VALUE);

        found.scan("020141");

        assertThat(found.scanner.isBetweenFrames()).isTrue();
        assertThat(found.scanner.isBetweenMessages()).isFalse();
        found.scan("800142");
        assertThat(found.scanner.isBetweenMessages()).isTrue();
    }

    @Test
    void the_part_of_a_message_whose_end_has_not_come_is_told_apart() {
        Found found = new Found(false, true, Long.MAX_VALUE);

        found.scan(HELLO_BARE + "020141");
        found.scan("000142" + "8a0141" + "800143" + HELLO_BARE + "8205");
        found.scan("4142434445");

        assertThat(found.parts).containsExactly("020141", "000142", "8205");
        assertThat(found.passed()).isEqualTo(HELLO_BARE + "020141000142800143" + HELLO_BARE + "82054142434445");
        assertThat(found.sizes).containsExactly(7, 9, 7, 7);
    }

    @Test
    void what_the_sink_fails_at_is_given_back() {
        String message = "82c8" + "00000000" + "55".repeat(72);
        for (String cut : List.of(message, message + HELLO, HELLO + message + "02")) {
            Found found = new Found(true, Long.MAX_VALUE);
            found.swallows = "Hello";
            found.fails = true;
            ByteBuf bytes = buffer(cut);
            assertThatThrownBy(() -> found.scanner.scan(bytes)).isInstanceOf(ScarceAllocator.NothingLeft.class);
            assertThat(bytes.refCnt()).as(cut).isZero();
            found.scanner.end();
        }
    }

    @Test
    void bytes_behind_a_start_that_was_kept_are_given_back_when_the_sink_fails() {
        Found found = new Found(true, Long.MAX_VALUE);
        found.fails = true;
        found.scan("82");
        ByteBuf bytes = buffer("8100000000" + "55" + HELLO);
        assertThatThrownBy(() -> found.scanner.scan(bytes)).isInstanceOf(ScarceAllocator.NothingLeft.class);
        assertThat(bytes.refCnt()).isZero();
        found.scanner.end();
    }

    @Test
    void all_before_the_start_of_a_frame_goes_on_when_there_is_no_memory_to_keep_that() {
        Found found = new Found(true, Long.MAX_VALUE);
        ScarceAllocator memory = new ScarceAllocator();
        ByteBuf bytes = memory.buffer().writeBytes(HexFormat.of().parseHex(HELLO + "82"));
        memory.runOut();
        assertThatThrownBy(() -> found.scanner.scan(bytes)).isInstanceOf(ScarceAllocator.NothingLeft.class);
        assertThat(found.passed()).isEqualTo(HELLO);
        assertThat(bytes.refCnt()).isZero();
        found.scanner.end();
    }

    private static ByteBuf buffer(String hex) {
        return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
    }

    private static Found fromClient(String hex) {
        Found found = new Found(true, Long.MAX_VALUE);
        found.scan(hex);
        return found;
    }

    /// Records what a scanner finds.
    private static final class Found implements FrameSink {
        private final FrameScanner scanner;
        private final StringBuilder passed = new StringBuilder();
        private final List<String> shortTexts = new ArrayList<>();
        private final List<String> controls = new ArrayList<>();
        private final List<String> gaps = new ArrayList<>();
        private final List<String> parts = new ArrayList<>();
        private final List<Integer> sizes = new ArrayList<>();
        private String swallows = "";
        private boolean fails;
        private String violation = "";
        private int messages;
        private int closeCode;

        Found(boolean fromClient, long largestMessage) {
            this(fromClient, false, largestMessage);
        }

        Found(boolean fromClient, boolean whole, long largestMessage) {
            scanner = new FrameScanner(this, fromClient, whole, largestMessage);
        }

        void scan(String hex) {
            scanner.scan(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex)));
        }

        String passed() {
            return passed.toString();
        }

        @Override
        public void pass(ByteBuf bytes) {
            if (fails) {
                bytes.release();
                throw new ScarceAllocator.NothingLeft();
            }
            passed.append(ByteBufUtil.hexDump(bytes));
            bytes.release();
        }

        @Override
        public boolean shortText(ByteBuf frame, int index, int length, int key) {
            byte[] text = new byte[length];
            Frame.unmask(frame, index, length, key, text);
            shortTexts.add(new String(text, StandardCharsets.UTF_8));
            return !shortTexts.getLast().equals(swallows);
        }

        @Override
        public void control(int opcode, byte[] payload) {
            controls.add(opcode + " " + new String(payload, StandardCharsets.UTF_8));
        }

        @Override
        public void closed(ByteBuf frame, int code, byte[] payload) {
            closeCode = code;
            pass(frame);
        }

        @Override
        public void messagePassed(int size) {
            messages++;
            sizes.add(size);
        }

        @Override
        public void passPart(ByteBuf bytes) {
            parts.add(ByteBufUtil.hexDump(bytes));
            pass(bytes);
        }

        @Override
        public void violated(int code, String reason) {
            violation = code + " " + reason;
        }

        @Override
        public void betweenFrames() {
            gaps.add(passed.toString());
        }
    }
}
