package dev.holdfast.gateway;

import dev.holdfast.gateway.observe.ConsoleQueue;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/// The public edge of the game.
@SpringBootApplication
public class GatewayApplication {
    private static final String EVENT_LOOPS = "reactor.netty.ioWorkerCount";
    private static final String PLAIN_REFLECTION = "jdk.reflect.useNativeAccessorOnly";

    public static void main(String[] arguments) {
        // Nothing blocks them, so more than there are cores would only take turns; Reactor Netty has four at least
        if (System.getProperty(EVENT_LOOPS) == null) {
            System.setProperty(
                    EVENT_LOOPS, Integer.toString(Runtime.getRuntime().availableProcessors()));
        }
        // The JDK would generate code for each constructor and setter that Spring calls once: a tenth of the start.
        // Sessions use no reflection
        System.setProperty(PLAIN_REFLECTION, "true");
        SpringApplication.run(GatewayApplication.class, arguments);
        // Being told to stop and having stopped in order is a success; the JVM would call it 143. Only once it
        // has started
        SpringApplication.getShutdownHandlers().add(() -> {
            ConsoleQueue.close();
            Runtime.getRuntime().halt(0);
        });
    }
}
