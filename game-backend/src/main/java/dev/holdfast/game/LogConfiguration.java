package dev.holdfast.game;

import dev.holdfast.game.log.GameLog;
import dev.holdfast.game.log.LogProperties;
import dev.holdfast.game.log.StoreRefused;
import dev.holdfast.game.log.memory.MemoryGameLog;
import dev.holdfast.game.log.redis.RedisGameLog;
import dev.holdfast.game.log.sqlite.SqliteGameLog;
import dev.holdfast.game.observe.GameMeters;
import java.nio.file.Path;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Chooses the log's adapter; here, since `log` must not know its adapters.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LogProperties.class)
class LogConfiguration {
    private static final Logger log = LoggerFactory.getLogger(LogConfiguration.class);

    @Bean
    GameLog gameLog(LogProperties properties, GameMeters meters) {
        try {
            return switch (properties.scheme()) {
                case "sqlite" -> SqliteGameLog.open(Path.of(properties.rest()), InstantSource.system());
                case "redis", "rediss" -> {
                    var redis = RedisGameLog.open(properties.url(), properties.requireDurable(), meters::storeFlaws);
                    redis.watchMemory(meters::storeMemory);
                    yield redis;
                }
                default -> {
                    log.warn("games are kept in memory: all are forgotten when this process ends");
                    yield new MemoryGameLog(InstantSource.system());
                }
            };
        } catch (IllegalArgumentException _) {
            // Not with the cause, which quotes all of the address, and so the password
            throw new StoreRefused("no usable address; a password in it is percent-encoded: / is %2F, @ is %40");
        }
    }
}
