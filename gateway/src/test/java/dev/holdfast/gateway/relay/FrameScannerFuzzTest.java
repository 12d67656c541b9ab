package dev.holdfast.gateway.relay;

import dev.holdfast.gateway.Fuzz;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameScannerFuzzTest {
    private static final List<Integer> STARTS =
            List.of(0x81, 0x82, 0x81, 0x82, 0x01, 0x02, 0x00, 0x80, 0x00, 0x80, 0x89, 0x8A, 0x89, 0x88);
    private static final List<Integer> LENGTHS = List.of(0, 1, 2, 5, 64, 65, 125, 126, 127, 300, 600, 601);
    private static final int ROUNDS = 25_000;

    @Test
    void agrees_with_netty_on_frames_good_and_bad_in_any_pieces() {
        Fuzz.run(ROUNDS, FrameScannerFuzzTest::frames, FrameScannerFuzz::fuzzerTestOneInput);
    }

    @Test
    void agrees_with_netty_on_any_bytes() {
        Fuzz.run(ROUNDS, FrameScannerFuzzTest::bytes, FrameScannerFuzz::fuzzerTestOneInput);
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[2 + random.nextInt(40)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] frames(Random random) {
        boolean masked = random.nextBoolean();
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (int n = random.nextInt(8); n >= 0; n--) {
            int first = random.nextInt(20) == 0 ? random.nextInt(256) : Fuzz.oneOf(random, STARTS);
            int length = Fuzz.oneOf(random, LENGTHS);
            if ((first & 8) != 0 && random.nextInt(10) != 0) {
                length = Math.min(length, 125);
            }
            frame(wire, random, first, length, random.nextInt(30) == 0 ? !masked : masked);
        }
        byte[] changed = Fuzz.mutated(random, wire.toByteArray());
        ByteArrayOutputStream input = new ByteArrayOutputStream();
        input.write((masked ? 1 : 0) | (random.nextBoolean() ? 2 : 0));
        input.write(random.nextInt());
        input.write(changed, 0, random.nextInt(4) == 0 ? random.nextInt(changed.length + 1) : changed.length);
        return input.toByteArray();
    }

    private static void frame(ByteArrayOutputStream wire, Random random, int first, int length, boolean masked) {
        int mask = masked ? 0x80 : 0;
        wire.write(first);
        if (length < 126 && random.nextInt(30) != 0) {
            wire.write(mask | length);
        } else if (random.nextInt(30) != 0) {
            wire.write(mask | 126);
            wire.write(length >>> 8);
            wire.write(length);
        } else {
            wire.write(mask | 127);
            wire.writeBytes(new byte[6]);
            wire.write(length >>> 8);
            wire.write(length);
        }
        byte[] rest = new byte[(masked ? 4 : 0) + length];
        random.nextBytes(rest);
        if ((first & 0xF) == 8 && random.nextInt(3) != 0 && length >= 2) {
            // A code that may be sent, behind a mask that changes nothing, and a reason in ASCII
            Arrays.fill(rest, (byte) 0);
            rest[rest.length - length] = 3;
            rest[rest.length - length + 1] = (byte) (0xE8 + random.nextInt(20));
        }
        wire.writeBytes(rest);
    }
}
