package dev.holdfast.gateway.link;

/// The sizes of messages in a row, the oldest first. A queue of objects would make one for each message.
final class MessageSizes {
    private static final int[] NONE = {};

    /// As many as there mostly are; a power of two, as all lengths of the ring.
    private static final int FEW = 8;

    private int[] ring = NONE;
    private int first;
    private int count;

    void add(int size) {
        if (count == ring.length) {
            grow();
        }
        ring[slot(count)] = size;
        count++;
    }

    private void grow() {
        int[] larger = new int[Math.max(FEW, 2 * count)];
        for (int i = 0; i < count; i++) {
            larger[i] = ring[slot(i)];
        }
        ring = larger;
        first = 0;
    }

    /// Only where there is one.
    int removeFirst() {
        int size = ring[first];
        first = slot(1);
        count--;
        return size;
    }

    private int slot(int place) {
        return (first + place) & (ring.length - 1);
    }

    int count() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /// Forgets all, and the memory that only many need.
    void clear() {
        first = 0;
        count = 0;
        if (ring.length > FEW) {
            ring = NONE;
        }
    }
}
