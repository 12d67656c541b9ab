package dev.holdfast.e2e;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// JSON objects as text, in both directions.
final class Text {
    private static final JsonMapper MAPPER = new JsonMapper();

    private Text() {}

    static ObjectNode read(String json) {
        return (ObjectNode) MAPPER.readTree(json);
    }

    static ObjectNode object(String type) {
        return MAPPER.createObjectNode().put("type", type);
    }
}
