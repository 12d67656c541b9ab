package dev.holdfast.e2e;

/// How a v1 player follows docs/protocol.md, section 3. Anything but [#GOOD] is a mutation that the checker has to
/// catch, or the bad luck that a good player has to survive.
///
/// @param resumesOnGap whether it says `sys.resume` when events are missing
/// @param ignoresDuplicates whether it leaves alone what it has processed before
/// @param losesEveryNth events lost on the way to it; 0 for none
/// @param resumesFromEarlier whether it gives a cursor from some events ago when it resumes
record Habits(boolean resumesOnGap, boolean ignoresDuplicates, int losesEveryNth, boolean resumesFromEarlier) {
    static final Habits GOOD = new Habits(true, true, 0, false);
}
