package dev.holdfast.gateway.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// One read's worth of a client's frames through the scanner: bytes per nanosecond.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FrameScannerBenchmark {
    private static final int READ = 16 << 10;

    /// What is in each frame; the short text is shown to the pong detector's caller.
    @Param({"64", "1024", "text48"})
    public String frames = "";

    private ByteBuf bytes;
    private FrameScanner scanner;

    @Setup
    public void setUp() {
        boolean isText = frames.startsWith("text");
        int payload = Integer.parseInt(frames.replace("text", ""));
        bytes = PooledByteBufAllocator.DEFAULT.directBuffer(READ, READ);
        int header = payload < 126 ? 6 : 8;
        while (bytes.writableBytes() >= 2 * (header + payload)) {
            writeFrame(isText, payload);
        }
        // The last one fills the read, so that none is cut
        int left = bytes.writableBytes();
        writeFrame(false, left < 126 + 6 ? left - 6 : left - 8);
        scanner = new FrameScanner(new Sink(), true, false, Long.MAX_VALUE);
    }

    private void writeFrame(boolean isText, int payload) {
        bytes.writeByte(isText ? 0x81 : 0x82);
        if (payload < 126) {
            bytes.writeByte(0x80 | payload);
        } else {
            bytes.writeByte(0x80 | 126).writeShort(payload);
        }
        bytes.writeInt(0x12345678).writeZero(payload);
    }

    @TearDown
    public void tearDown() {
        bytes.release();
    }

    @Benchmark
    @OperationsPerInvocation(READ)
    public boolean scan() {
        bytes.setIndex(0, READ).retain();
        scanner.scan(bytes);
        if (scanner.isOver() || !scanner.isBetweenMessages()) {
            throw new IllegalStateException("the scanner lost its place");
        }
        return scanner.isOver();
    }

    private static final class Sink implements FrameSink {
        @Override
        public void pass(ByteBuf bytes) {
            bytes.release();
        }

        @Override
        public void control(int opcode, byte[] payload) {}

        @Override
        public void closed(ByteBuf frame, int code, byte[] payload) {
            frame.release();
        }

        @Override
        public void messagePassed(int size) {}

        @Override
        public void violated(int code, String reason) {
            throw new IllegalStateException(code + " " + reason);
        }

        @Override
        public void betweenFrames() {}
    }
}
