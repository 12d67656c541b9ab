package dev.holdfast.gateway.wire;

import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;

import com.github.tomakehurst.wiremock.WireMockServer;

/// The backend's HTTP side, played by WireMock.
final class Games {
    // An answer that is delayed keeps a thread, though nobody waits for it any more.
    private static final int THREADS = 64;

    private Games() {}

    static WireMockServer started() {
        WireMockServer server =
                new WireMockServer(wireMockConfig().dynamicPort().containerThreads(THREADS));
        server.start();
        return server;
    }
}
