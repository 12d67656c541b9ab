package dev.holdfast.gateway.link;

import org.jspecify.annotations.Nullable;

/// Where a new backend leg has to go on.
///
/// @param first number of the first data message that will come on the leg, counted per session from 1
/// @param since the cursor that the client has been brought to, or null if none
/// @param speaksV1 whether an earlier leg's backend has heard the client say hello, which it will not say again
public record ResumePoint(long first, @Nullable String since, boolean speaksV1) {
    /// A leg's beginning, for a client that has nothing yet.
    public static final ResumePoint START = new ResumePoint(1, null, false);
}
