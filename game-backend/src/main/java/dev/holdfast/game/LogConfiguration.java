package dev.holdfast.game;

import dev.holdfast.game.log.GameLog;
import dev.holdfast.game.log.LogProperties;
import dev.holdfast.game.log.memory.MemoryGameLog;
import java.time.InstantSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Chooses the log's adapter; here, since `log` must not know its adapters.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LogProperties.class)
class LogConfiguration {
    @Bean
    GameLog gameLog(LogProperties properties) {
        LoggerFactory.getLogger(LogConfiguration.class)
                .warn("STORE_URL is {}: every game is forgotten when this process ends", properties.url());
        return new MemoryGameLog(InstantSource.system());
    }
}
