package dev.holdfast.gateway;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;

/// Runs a fuzz target in every build: a fixed number of inputs from a fixed seed, so that a run is the same
/// everywhere. Without an end, and led by the code that an input reaches, `bin/fuzz` runs the same targets with
/// Jazzer.
///
/// A target is a class `…Fuzz` with `fuzzerTestOneInput(byte[])`, which throws when a property does not hold.
public final class Fuzz {
    private static final long SEED = 6455;

    private Fuzz() {}

    /// Gives the target `rounds` inputs. The input that broke a property is in the failure, in hex.
    public static void run(int rounds, Function<Random, byte[]> inputs, Consumer<byte[]> target) {
        for (int round = 0; round < rounds; round++) {
            byte[] input = inputs.apply(new Random(SEED + round));
            try {
                target.accept(input);
            } catch (RuntimeException | AssertionError | StackOverflowError broken) {
                throw new AssertionError(
                        "Broken by round %d: %s".formatted(round, HexFormat.of().formatHex(input)), broken);
            }
        }
    }

    /// An allocator that knows what has not been released. Netty's leak detector waits for the collector; this
    /// does not.
    public static UnpooledByteBufAllocator countingAllocator() {
        return new UnpooledByteBufAllocator(false);
    }

    /// Fails when a buffer of the allocator is not released.
    public static void requireAllReleased(UnpooledByteBufAllocator allocator) {
        long kept = allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
        if (kept != 0) {
            throw new AssertionError("Leaked " + kept + " bytes");
        }
    }

    /// One of the pieces.
    public static <T> T oneOf(Random random, List<T> pieces) {
        return pieces.get(random.nextInt(pieces.size()));
    }

    /// The bytes, in about half of all cases with a few of them changed, cut out or doubled.
    public static byte[] mutated(Random random, byte[] whole) {
        byte[] bytes = whole.clone();
        for (int n = random.nextInt(2) * random.nextInt(4); n > 0 && bytes.length > 0; n--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at + 1, bytes.length));
                default -> bytes = joined(Arrays.copyOf(bytes, at + 1), Arrays.copyOfRange(bytes, at, bytes.length));
            }
        }
        return bytes;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
