package dev.holdfast.gateway;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class BlockingCallsFailTest {
    @Test
    void a_blocking_call_on_a_reactor_thread_is_an_error() {
        Mono<Boolean> blocks = Mono.fromCallable(() -> new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS))
                .subscribeOn(Schedulers.parallel());

        assertThatThrownBy(blocks::block).hasRootCauseInstanceOf(BlockingOperationError.class);
    }
}
