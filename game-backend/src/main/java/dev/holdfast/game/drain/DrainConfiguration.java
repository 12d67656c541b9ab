package dev.holdfast.game.drain;

import dev.holdfast.game.session.Sessions;
import dev.holdfast.game.table.Tables;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DrainProperties.class)
class DrainConfiguration {
    @Bean
    Drain drain(ApplicationContext context, Sessions sessions, Tables tables, DrainProperties properties) {
        return new Drain(context, sessions, tables, properties);
    }
}
