package dev.holdfast.gateway.keepalive;

import java.nio.charset.StandardCharsets;
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

/// A short text, of 48 bytes, through the detector of application pings and pongs: bytes per nanosecond.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AppSignalReaderBenchmark {
    private static final int SIZE = 48;

    @Param({"{\"type\":\"pong\",\"at\":1732389121000%s}", "{\"type\":\"move\",\"cell\":4%s}", "not JSON at all%s"})
    public String text = "";

    private final AppSignalReader reader = new AppSignalReader(64);
    private byte[] bytes = {};

    @Setup
    public void setUp() {
        int blanks = SIZE - text.length() + 2;
        bytes = text.formatted(" ".repeat(blanks)).getBytes(StandardCharsets.US_ASCII);
        if (bytes.length != SIZE) {
            throw new IllegalStateException(text + ": " + bytes.length + " bytes");
        }
    }

    @Benchmark
    @OperationsPerInvocation(SIZE)
    public AppSignal read() {
        return reader.read(bytes, SIZE);
    }
}
