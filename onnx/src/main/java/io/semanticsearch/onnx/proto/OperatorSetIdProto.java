package io.semanticsearch.onnx.proto;

import java.io.IOException;

/**
 * The version of a set of operators that a model is written for.
 *
 * @param domain empty for ONNX's own
 */
public record OperatorSetIdProto(String domain, long version) {

    private static final int DOMAIN = 1;
    private static final int VERSION = 2;

    static OperatorSetIdProto read(ProtoReader in) throws IOException {
        String domain = "";
        long version = 0;
        while (in.next()) {
            switch (in.field()) {
                case DOMAIN -> domain = in.text();
                case VERSION -> version = in.number();
                default -> in.skip();
            }
        }
        return new OperatorSetIdProto(domain, version);
    }

    ProtoWriter write() {
        return new ProtoWriter().text(DOMAIN, domain).number(VERSION, version);
    }
}
