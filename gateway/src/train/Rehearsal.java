import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// Plays players and a game-backend to a gateway that is being trained, so that the AOT cache knows what to compile when
/// thousands come back at once to a gateway that has just started. For bin/train alone, on loopback.
final class Rehearsal {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455, section 1.3
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int AT_ONCE = 32;
    private static final int MESSAGES = 3;
    private static final int CLOSE = 0x88;

    private Rehearsal() {}

    /// @param arguments port of the gateway, port that its BACKEND_URL names, sessions to play
    public static void main(String[] arguments) throws Exception {
        int gateway = Integer.parseInt(arguments[0]);
        int sessions = Integer.parseInt(arguments[2]);
        long started = System.nanoTime();
        try (ServerSocket backend =
                new ServerSocket(Integer.parseInt(arguments[1]), AT_ONCE, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> serve(backend));
            try (ExecutorService players = Executors.newFixedThreadPool(AT_ONCE)) {
                for (Future<?> played : IntStream.range(0, sessions)
                        .mapToObj(number -> players.submit(() -> play(gateway, number)))
                        .toList()) {
                    played.get(2, TimeUnit.MINUTES);
                }
            } catch (ExecutionException failed) {
                System.err.println("rehearsal: " + failed.getCause());
                System.exit(1);
            }
        }
        System.out.printf("rehearsed with %,d sessions in %.1f s%n", sessions, (System.nanoTime() - started) / 1e9);
        System.exit(0);
    }

    private static void serve(ServerSocket backend) {
        ExecutorService legs = Executors.newVirtualThreadPerTaskExecutor();
        while (!backend.isClosed()) {
            try {
                Socket leg = backend.accept();
                legs.submit(() -> echo(leg));
            } catch (IOException closed) {
                return;
            }
        }
    }

    /// A game-backend that sends back what it hears.
    private static void echo(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            String key = head(in).lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("");
            socket.getOutputStream()
                    .write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                    + "Holdfast-Link: 1\r\nSec-WebSocket-Accept: " + accept(key) + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            int first;
            do {
                first = in.readUnsignedByte();
                byte[] payload = new byte[in.readUnsignedByte() & 0x7F];
                byte[] mask = in.readNBytes(4);
                in.readFully(payload);
                for (int i = 0; i < payload.length; i++) {
                    payload[i] ^= mask[i & 3];
                }
                byte[] frame = new byte[2 + payload.length];
                frame[0] = (byte) first;
                frame[1] = (byte) payload.length;
                System.arraycopy(payload, 0, frame, 2, payload.length);
                socket.getOutputStream().write(frame);
            } while (first != CLOSE);
        } catch (IOException gone) {
            // So is the player then, who says what went wrong
            return;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    private static void play(int gateway, int number) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.setTcpNoDelay(true);
            DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            socket.getOutputStream()
                    .write(("GET /ws/rehearsal-" + number + "/p HTTP/1.1\r\nHost: localhost:" + gateway + "\r\n"
                                    + "Origin: https://training.invalid\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                    + "User-Agent: rehearsal\r\nAccept-Encoding: gzip, deflate\r\nCache-Control: no-cache\r\n"
                                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate\r\n"
                                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = head(in);
            if (!answer.startsWith("HTTP/1.1 101 ")) {
                throw new IOException("expected 101, was " + answer);
            }
            for (int i = 0; i < MESSAGES; i++) {
                send(socket, 0x81, "{\"type\":\"move\",\"cell\":" + i + "}");
                receive(in);
            }
            send(socket, CLOSE, "\u0003\u00e8");
            receive(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A frame of at most 125 bytes with the mask 0.
    private static void send(Socket socket, int first, String payload) throws IOException {
        byte[] bytes = payload.getBytes(StandardCharsets.ISO_8859_1);
        byte[] frame = new byte[6 + bytes.length];
        frame[0] = (byte) first;
        frame[1] = (byte) (0x80 | bytes.length);
        System.arraycopy(bytes, 0, frame, 6, bytes.length);
        socket.getOutputStream().write(frame);
    }

    private static void receive(DataInputStream in) throws IOException {
        in.readUnsignedByte();
        in.readFully(new byte[in.readUnsignedByte()]);
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the connection ended in a head: " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static String accept(String key) throws GeneralSecurityException {
        byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
        return Base64.getEncoder().encodeToString(hash);
    }
}
