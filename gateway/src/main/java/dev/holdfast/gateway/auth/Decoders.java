package dev.holdfast.gateway.auth;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSecurityContextJWKSet;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtAudienceValidator;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;

/// What makes a token good: a signature of the issuer's, its times, whom it is for, and a subject that fits into a
/// header.
final class Decoders {
    // Never a symmetric one: the public key must not pass for a secret
    private static final Set<JWSAlgorithm> PUBLIC_KEY_ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);
    private static final Pattern SUBJECT = Pattern.compile("[!-~]{1,255}");

    private Decoders() {}

    static ReactiveJwtDecoder decoder(AuthProperties properties, IssuerKeys keys) {
        NimbusReactiveJwtDecoder decoder = properties.secret().isEmpty() ? withPublic(keys) : withSecrets(properties);
        decoder.setJwtValidator(validator(properties));
        return decoder;
    }

    /// Each is tried, whatever key a token names: a secret has no name.
    private static NimbusReactiveJwtDecoder withSecrets(AuthProperties properties) {
        List<SecretKeySpec> keys = Stream.of(properties.secret(), properties.previousSecret())
                .filter(secret -> !secret.isEmpty())
                .map(secret -> new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"))
                .toList();
        return NimbusReactiveJwtDecoder.withSecretKey(keys.getFirst())
                .jwtProcessorCustomizer(processor -> processor.setJWSKeySelector(
                        (header, _) -> JWSAlgorithm.HS256.equals(header.getAlgorithm()) ? keys : List.of()))
                .build();
    }

    private static NimbusReactiveJwtDecoder withPublic(IssuerKeys keys) {
        return NimbusReactiveJwtDecoder.withJwkSource(keys::keysFor)
                .jwtProcessorCustomizer(processor -> processor.setJWSKeySelector(
                        new JWSVerificationKeySelector<>(PUBLIC_KEY_ALGORITHMS, new JWKSecurityContextJWKSet())))
                .build();
    }

    private static OAuth2TokenValidator<Jwt> validator(AuthProperties properties) {
        JwtTimestampValidator times = new JwtTimestampValidator(properties.clockSkew());
        times.setAllowEmptyExpiryClaim(false);
        JwtTypeValidator type = new JwtTypeValidator(List.of("JWT", "at+jwt"));
        type.setAllowEmpty(true);
        List<OAuth2TokenValidator<Jwt>> all = new ArrayList<>(List.of(times, type));
        all.add(new JwtClaimValidator<String>(
                JwtClaimNames.SUB,
                subject -> subject != null && SUBJECT.matcher(subject).matches()));
        if (!properties.audience().isEmpty()) {
            all.add(new JwtAudienceValidator(properties.audience()));
        }
        return new DelegatingOAuth2TokenValidator<>(all);
    }
}
