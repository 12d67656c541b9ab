package dev.holdfast.game.table;

import dev.holdfast.game.log.GameLog;
import dev.holdfast.game.observe.GameMeters;
import dev.holdfast.game.rules.RulesBook;
import dev.holdfast.game.rules.connectfour.ConnectFourRules;
import dev.holdfast.game.rules.relay.RelayRules;
import dev.holdfast.game.rules.rps.RpsRules;
import dev.holdfast.game.rules.tictactoe.TicTacToeRules;
import dev.holdfast.game.seat.SeatProperties;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.List;
import java.util.random.RandomGenerator;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SeatProperties.class)
class TableConfiguration {
    /// A generator that reads the system's entropy once, here: the default one reads a file each time, which an event
    /// loop must not.
    @Bean
    RandomGenerator random() throws NoSuchAlgorithmException {
        SecureRandom random = SecureRandom.getInstance("DRBG");
        random.nextBytes(new byte[1]);
        return random;
    }

    @Bean
    GameMeters gameMeters(MeterRegistry registry) {
        return new GameMeters(registry);
    }

    @Bean
    RulesBook rulesBook() {
        return new RulesBook(List.of(new RelayRules(), new TicTacToeRules(), new ConnectFourRules(), new RpsRules()));
    }

    @Bean
    Tables tables(GameLog log, RulesBook book, GameMeters meters, SeatProperties seats, RandomGenerator random) {
        return new Tables(log, book, meters, seats, Schedulers.newParallel("table"), random);
    }
}
