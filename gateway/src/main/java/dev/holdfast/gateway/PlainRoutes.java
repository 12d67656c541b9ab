package dev.holdfast.gateway;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.AotDetector;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.InstantiationAwareBeanPostProcessor;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.StripPrefixGatewayFilterFactory;
import org.springframework.cloud.gateway.handler.predicate.PathRoutePredicateFactory;
import org.springframework.cloud.gateway.handler.predicate.RoutePredicateFactory;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.env.Environment;

/// Spring Cloud Gateway as far as the route of application.yaml needs it.
final class PlainRoutes implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    @Override
    public void initialize(ConfigurableApplicationContext context) {
        context.getBeanFactory().addBeanPostProcessor(new Properties(context.getEnvironment()));
        if (!AotDetector.useGeneratedArtifacts()) {
            context.addBeanFactoryPostProcessor(PlainRoutes::removeFactories);
        }
    }

    /// Every seventh bean made what a route could have besides a path: predicates, and filters, one of which has to
    /// stay. The beans that the build wires were left out by the build.
    private static void removeFactories(ConfigurableListableBeanFactory beans) {
        Stream.of(GatewayFilterFactory.class, RoutePredicateFactory.class)
                .flatMap(type -> Stream.of(beans.getBeanNamesForType(type, true, false)))
                .filter(name -> !beans.isTypeMatch(name, PathRoutePredicateFactory.class)
                        && !beans.isTypeMatch(name, StripPrefixGatewayFilterFactory.class))
                .forEach(((BeanDefinitionRegistry) beans)::removeBeanDefinition);
    }

    /// Makes its properties in the place of Spring Boot, which would have them validated: a tenth of the start, for
    /// what application.yaml alone says. A value that cannot be read still stops the start.
    private record Properties(Environment environment) implements InstantiationAwareBeanPostProcessor {
        @Override
        public @Nullable Object postProcessBeforeInstantiation(Class<?> type, String name) {
            if (!type.getPackageName().equals(GatewayProperties.class.getPackageName())) {
                return null;
            }
            var properties = AnnotatedElementUtils.findMergedAnnotation(type, ConfigurationProperties.class);
            return properties == null ? null : Binder.get(environment).bindOrCreate(properties.prefix(), type);
        }
    }
}
