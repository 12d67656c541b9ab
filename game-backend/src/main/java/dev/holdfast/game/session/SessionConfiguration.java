package dev.holdfast.game.session;

import dev.holdfast.game.observe.GameMeters;
import dev.holdfast.game.table.Tables;
import dev.holdfast.game.trace.Traces;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SessionProperties.class)
class SessionConfiguration {
    @Bean
    Sessions sessions() {
        return new Sessions();
    }

    @Bean
    Budgets budgets() {
        return Budgets.ofProcess();
    }

    @Bean
    HandlerMapping playMapping(
            Tables tables,
            Sessions sessions,
            SessionProperties properties,
            Budgets budgets,
            RandomGenerator random,
            Traces traces,
            GameMeters meters) {
        var handler = new PlayHandler(tables, sessions, properties, budgets, random, traces, meters);
        return new SimpleUrlHandlerMapping(Map.of(PlayHandler.PATH, handler), Ordered.HIGHEST_PRECEDENCE);
    }
}
