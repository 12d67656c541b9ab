package dev.holdfast.gateway.keepalive;

/// Tells whether a short JSON text is an application ping or pong: an object whose top-level `type` is `ping` or
/// `pong`, whatever else it holds and however it is written (RFC 8259). As with most JSON readers the last of
/// several `type`s counts. What is not JSON is a game message, so that the backend can say what is wrong with it.
///
/// Allocates nothing per call; not thread-safe.
public final class AppSignalReader {
    private final char[] string;
    private byte[] json = {};
    private int length;
    private int at;
    private int stringLength;

    /// @param longest bytes the longest text may have
    public AppSignalReader(int longest) {
        string = new char[longest];
    }

    /// Reads the first `size` bytes of `text`.
    public AppSignal read(byte[] text, int size) {
        json = text;
        length = size;
        at = 0;
        skipSpace();
        if (!take('{')) {
            return AppSignal.NONE;
        }
        AppSignal signal = AppSignal.NONE;
        skipSpace();
        if (take('}')) {
            return AppSignal.NONE;
        }
        do {
            skipSpace();
            if (!takeString()) {
                return AppSignal.NONE;
            }
            boolean isType = stringIs("type");
            if (!takeColon()) {
                return AppSignal.NONE;
            }
            boolean isString = peek() == '"';
            if (!takeValue()) {
                return AppSignal.NONE;
            }
            if (isType) {
                signal = isString && stringIs("pong")
                        ? AppSignal.PONG
                        : isString && stringIs("ping") ? AppSignal.PING : AppSignal.NONE;
            }
            skipSpace();
        } while (take(','));
        if (!take('}')) {
            return AppSignal.NONE;
        }
        skipSpace();
        return at == length ? signal : AppSignal.NONE;
    }

    private boolean takeValue() {
        return switch (peek()) {
            case '"' -> takeString();
            case '{' -> takeObject();
            case '[' -> takeArray();
            case 't' -> takeWord("true");
            case 'f' -> takeWord("false");
            case 'n' -> takeWord("null");
            default -> takeNumber();
        };
    }

    private boolean takeObject() {
        at++;
        skipSpace();
        if (take('}')) {
            return true;
        }
        do {
            skipSpace();
            if (!takeString() || !takeColon() || !takeValue()) {
                return false;
            }
            skipSpace();
        } while (take(','));
        return take('}');
    }

    private boolean takeArray() {
        at++;
        skipSpace();
        if (take(']')) {
            return true;
        }
        do {
            skipSpace();
            if (!takeValue()) {
                return false;
            }
            skipSpace();
        } while (take(','));
        return take(']');
    }

    /// Takes a string and leaves it, unescaped, in [#string]. Beyond ASCII, bytes stand for themselves: they cannot
    /// make up a word that matters here.
    private boolean takeString() {
        if (!take('"')) {
            return false;
        }
        stringLength = 0;
        while (at < length) {
            int next = json[at++];
            if (next == '"') {
                return true;
            }
            if (next >= 0 && next < ' ') {
                return false;
            }
            int character = next == '\\' ? takeEscape() : next & 0xFF;
            if (character < 0) {
                return false;
            }
            string[stringLength++] = (char) character;
        }
        return false;
    }

    private int takeEscape() {
        if (at == length) {
            return -1;
        }
        return switch (json[at++]) {
            case '"' -> '"';
            case '\\' -> '\\';
            case '/' -> '/';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> takeHex();
            default -> -1;
        };
    }

    private int takeHex() {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = at < length ? Character.digit(json[at++], 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = (value << 4) | digit;
        }
        return value;
    }

    private boolean takeNumber() {
        take('-');
        if (!take('0') && !takeDigits()) {
            return false;
        }
        if (take('.') && !takeDigits()) {
            return false;
        }
        if (take('e') || take('E')) {
            if (!take('+')) {
                take('-');
            }
            return takeDigits();
        }
        return true;
    }

    private boolean takeDigits() {
        int from = at;
        while (at < length && json[at] >= '0' && json[at] <= '9') {
            at++;
        }
        return at > from;
    }

    private boolean takeWord(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (!take(word.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean takeColon() {
        skipSpace();
        if (!take(':')) {
            return false;
        }
        skipSpace();
        return true;
    }

    private void skipSpace() {
        while (at < length && (json[at] == ' ' || json[at] == '\t' || json[at] == '\n' || json[at] == '\r')) {
            at++;
        }
    }

    private int peek() {
        return at < length ? json[at] : -1;
    }

    private boolean take(char wanted) {
        if (at < length && json[at] == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private boolean stringIs(String word) {
        if (stringLength != word.length()) {
            return false;
        }
        for (int i = 0; i < stringLength; i++) {
            if (string[i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
