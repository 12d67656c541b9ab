import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

/// Spring Cloud Gateway as it comes, with one route: run as a source file on the libraries of gateway.jar, so that both are
/// of the same versions, and on the validator that ours does without.
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class StockGateway {
    public static void main(String[] arguments) {
        SpringApplication.run(
                StockGateway.class,
                "--spring.main.banner-mode=off",
                "--logging.level.root=warn",
                "--management.endpoints.access.default=none",
                "--spring.cloud.gateway.server.webflux.routes[0].id=all",
                "--spring.cloud.gateway.server.webflux.routes[0].uri=" + System.getenv("BACKEND_URL").replace("http:", "ws:"),
                "--spring.cloud.gateway.server.webflux.routes[0].predicates[0]=Path=/**");
    }
}
