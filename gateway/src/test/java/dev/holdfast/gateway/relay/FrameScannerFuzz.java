package dev.holdfast.gateway.relay;

import dev.holdfast.gateway.Fuzz;
import dev.holdfast.gateway.leg.CloseCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/// The scanner against Netty's decoder, on any bytes in any pieces: the other leg decodes from what the scanner
/// passes on, with what it reports in between, what a decoder in the gateway's place decodes from the wire.
///
/// The first bytes of an input choose direction, mode and pieces; the rest is the wire.
public final class FrameScannerFuzz {
    static final int LARGEST_MESSAGE = 600;

    private static final int MOST_FRAGMENTS = 64;
    private static final int OPTIONS = 2;
    private static final String ENDED = "violated ";
    /// Enough for any header, control payload or message to be there in full.
    private static final byte[] MORE = new byte[LARGEST_MESSAGE + 14];

    private FrameScannerFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < OPTIONS) {
            return;
        }
        boolean masked = (input[0] & 1) != 0;
        boolean whole = (input[0] & 2) != 0;
        byte[] wire = Arrays.copyOfRange(input, OPTIONS, input.length);
        UnpooledByteBufAllocator allocator = Fuzz.countingAllocator();
        Netty netty = new Netty(allocator, masked);
        Found atOnce = new Found(allocator, masked, whole);
        Found inPieces = new Found(allocator, masked, whole);
        netty.read(wire);
        atOnce.read(wire);
        Random pieces = new Random(input[1]);
        for (int at = 0; at < wire.length; ) {
            int next = Math.min(wire.length, at + 1 + pieces.nextInt(1 + pieces.nextInt(40)));
            inPieces.read(Arrays.copyOfRange(wire, at, next));
            at = next;
        }
        requireSame("in pieces", inPieces.events, atOnce.events);
        requireSame("in pieces", List.of(inPieces.passed.toString()), List.of(atOnce.passed.toString()));
        requireSameAsNetty(atOnce, netty);
        atOnce.end();
        inPieces.end();
        netty.end();
        Fuzz.requireAllReleased(allocator);
    }

    /// Each decides at its own moment: Netty by the first two bytes where the scanner waits for the header, the
    /// scanner by the header where Netty waits for the payload. With more bytes the slower one catches up.
    private static void requireSameAsNetty(Found found, Netty netty) {
        int decided = Math.max(found.events.size(), netty.events.size());
        if (found.events.size() < decided) {
            found.read(MORE);
        }
        if (netty.events.size() < decided) {
            netty.read(MORE);
        }
        requireSame(
                "unlike Netty",
                found.events.stream().limit(decided).toList(),
                netty.events.stream().limit(decided).toList());
    }

    private static void requireSame(String what, List<String> actual, List<String> expected) {
        if (!actual.equals(expected)) {
            throw new AssertionError("Found %s: %s (expected: %s)".formatted(what, actual, expected));
        }
    }

    /// What Netty's decoder makes of the wire; and, of what the other leg gets.
    private static final class Netty {
        private final List<String> events;
        private final EmbeddedChannel channel;
        private int messageBytes;
        private int messageFrames;

        Netty(UnpooledByteBufAllocator allocator, boolean masked) {
            this(allocator, masked, new ArrayList<>());
        }

        Netty(UnpooledByteBufAllocator allocator, boolean masked, List<String> events) {
            this.events = events;
            channel = new EmbeddedChannel();
            channel.config().setAllocator(allocator);
            channel.pipeline()
                    .addLast(new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
                            .expectMaskedFrames(masked)
                            .allowExtensions(false)
                            .maxFramePayloadLength(LARGEST_MESSAGE)
                            .closeOnProtocolViolation(false)
                            .withUTF8Validator(false)
                            .build()));
        }

        void read(byte[] bytes) {
            try {
                channel.writeInbound(channel.alloc().buffer().writeBytes(bytes));
            } catch (CorruptedWebSocketFrameException e) {
                drain();
                // 1007 is Netty's word for what is wrong inside a Close frame
                int code = e.closeStatus().code();
                add(ENDED + (code == 1007 ? CloseCode.PROTOCOL_ERROR : code));
                return;
            }
            drain();
        }

        private void drain() {
            for (WebSocketFrame frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
                add(frame);
                frame.release();
            }
        }

        private void add(WebSocketFrame frame) {
            if (frame instanceof CloseWebSocketFrame close && close.statusCode() >= 5000) {
                // Defined nowhere (RFC 6455, section 7.4.2), and refused here; Netty lets it pass
                add(ENDED + CloseCode.PROTOCOL_ERROR);
                return;
            }
            String name = frame.getClass().getSimpleName();
            boolean isControl = name.startsWith("P") || name.startsWith("Close");
            messageBytes += isControl ? 0 : frame.content().readableBytes();
            if (messageBytes > LARGEST_MESSAGE) {
                // The decoder knows a limit for frames only
                add(ENDED + CloseCode.MESSAGE_TOO_BIG);
                return;
            }
            if (!isControl && messageFrames++ == MOST_FRAGMENTS) {
                add(ENDED + CloseCode.POLICY_VIOLATION);
                return;
            }
            if (!isControl && frame.isFinalFragment()) {
                messageFrames = 0;
                messageBytes = 0;
            }
            add(name + (frame.isFinalFragment() ? " " : "… ") + ByteBufUtil.hexDump(frame.content()));
        }

        private void add(String event) {
            if (events.isEmpty() || !events.getLast().startsWith(ENDED)) {
                events.add(event);
            }
        }

        void end() {
            channel.finishAndReleaseAll();
        }
    }

    /// What a scanner finds, and what the other leg's decoder makes of what is passed to it.
    private static final class Found implements FrameSink {
        private final UnpooledByteBufAllocator allocator;
        private final FrameScanner scanner;
        private final List<String> events = new ArrayList<>();
        private final StringBuilder passed = new StringBuilder();
        private final Netty other;

        Found(UnpooledByteBufAllocator allocator, boolean masked, boolean whole) {
            this.allocator = allocator;
            scanner = new FrameScanner(this, masked, whole, LARGEST_MESSAGE);
            other = new Netty(allocator, masked, events);
        }

        void read(byte[] bytes) {
            if (!scanner.isOver()) {
                scanner.scan(allocator.buffer().writeBytes(bytes));
            }
        }

        @Override
        public void pass(ByteBuf bytes) {
            byte[] copy = ByteBufUtil.getBytes(bytes);
            bytes.release();
            passed.append(HexFormat.of().formatHex(copy));
            other.read(copy);
        }

        @Override
        public void control(int opcode, byte[] payload) {
            events.add((opcode == 9 ? "PingWebSocketFrame " : "PongWebSocketFrame ")
                    + HexFormat.of().formatHex(payload));
        }

        @Override
        public void closed(ByteBuf frame, int code, byte[] payload) {
            pass(frame);
        }

        @Override
        public void messagePassed(int size) {}

        @Override
        public void violated(int code, String reason) {
            events.add(ENDED + code);
        }

        @Override
        public void betweenFrames() {
            throw new AssertionError("Nobody interrupted");
        }

        void end() {
            scanner.end();
            other.end();
        }
    }
}
