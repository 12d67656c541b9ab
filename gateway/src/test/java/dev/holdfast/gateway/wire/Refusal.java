package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The gateway's own answer to a request that it does not serve.
record Refusal(Head head, JsonNode body) {
    private static final JsonMapper JSON = new JsonMapper();

    /// Reads the next response and checks what every refusal has: `{"status":…,"error":"…","message":"…"}`.
    static Refusal nextOf(TestClient client) {
        Head head = client.nextHead();
        String text = client.nextBody(head);
        assertThat(head.field("Content-Type")).as("of %s %s", head, text).startsWith("application/json");
        assertThat(head.field("X-Content-Type-Options")).as("of %s", head).isEqualTo("nosniff");
        JsonNode body = JSON.readTree(text);
        assertThat(body.path("status").asInt()).isEqualTo(head.status());
        assertThat(body.path("error").asString()).as("error in %s", text).isNotBlank();
        assertThat(body.path("message").asString()).as("message in %s", text).isNotBlank();
        return new Refusal(head, body);
    }

    int status() {
        return head.status();
    }
}
