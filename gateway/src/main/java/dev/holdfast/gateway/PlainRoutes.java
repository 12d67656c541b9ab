package dev.holdfast.gateway;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.InstantiationAwareBeanPostProcessor;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.env.Environment;

/// Spring Cloud Gateway as far as the route of application.yaml needs it.
final class PlainRoutes implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    @Override
    public void initialize(ConfigurableApplicationContext context) {
        context.getBeanFactory().addBeanPostProcessor(new Properties(context.getEnvironment()));
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
