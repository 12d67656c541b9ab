package dev.holdfast.game.api;

import dev.holdfast.game.rules.RulesBook;
import dev.holdfast.game.table.Tables;
import java.util.random.RandomGenerator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

@Configuration(proxyBeanMethods = false)
class ApiConfiguration {
    @Bean
    RouterFunction<ServerResponse> games(Tables tables, RulesBook book, RandomGenerator random) {
        var api = new GamesApi(tables, book, random);
        return RouterFunctions.route()
                .POST(GamesApi.PATH, api::create)
                .GET(GamesApi.PATH, api::list)
                .GET(GamesApi.PATH + "/{gameId}", api::inspect)
                .build();
    }
}
