package dev.holdfast.e2e;

import java.util.List;
import java.util.stream.Stream;

/// What one client did and saw, in order.
///
/// @param isLive whether it was connected and caught up at the end
record History(String client, String game, boolean isLive, List<Moment> moments) {
    History {
        moments = List.copyOf(moments);
    }

    <T extends Moment> Stream<T> all(Class<T> kind) {
        return moments.stream().filter(kind::isInstance).map(kind::cast);
    }
}
