package io.semanticsearch.onnx.proto;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An operator of a graph.
 *
 * @param inputs names of values; an empty one is an optional input that is left out
 * @param domain empty for ONNX's own operators
 */
public record NodeProto(String name,
        String domain,
        String operator,
        List<String> inputs,
        List<String> outputs,
        List<AttributeProto> attributes) {

    /** Where ONNX Runtime's own operators live. */
    public static final String MICROSOFT = "com.microsoft";

    /** The other way to write the empty domain. */
    private static final String ONNX = "ai.onnx";

    private static final int INPUT = 1;
    private static final int OUTPUT = 2;
    private static final int NAME = 3;
    private static final int OPERATOR = 4;
    private static final int ATTRIBUTE = 5;
    private static final int DOMAIN = 7;

    public NodeProto {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        attributes = List.copyOf(attributes);
    }

    /** Whether it is this operator of ONNX. */
    public boolean is(String onnxOperator) {
        return operator.equals(onnxOperator) && (domain.isEmpty() || domain.equals(ONNX));
    }

    /** The name of an input; empty where it is left out. */
    public String input(int position) {
        return position < inputs.size() ? inputs.get(position) : "";
    }

    /** The name of what it makes first; empty where it makes nothing. */
    public String output() {
        return outputs.isEmpty() ? "" : outputs.getFirst();
    }

    public Optional<AttributeProto> attribute(String of) {
        return attributes.stream().filter(attribute -> attribute.name().equals(of)).findFirst();
    }

    static NodeProto read(ProtoReader in) throws IOException {
        String name = "";
        String domain = "";
        String operator = "";
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        List<AttributeProto> attributes = new ArrayList<>();
        while (in.next()) {
            switch (in.field()) {
                case INPUT -> inputs.add(in.text());
                case OUTPUT -> outputs.add(in.text());
                case NAME -> name = in.text();
                case OPERATOR -> operator = in.text();
                case ATTRIBUTE -> attributes.add(AttributeProto.read(in.message("attribute of node [" + name + "]")));
                case DOMAIN -> domain = in.text();
                default -> in.skip();
            }
        }
        return new NodeProto(name, domain, operator, inputs, outputs, attributes);
    }

    ProtoWriter write() {
        ProtoWriter out = new ProtoWriter();
        inputs.forEach(input -> out.text(INPUT, input));
        outputs.forEach(output -> out.text(OUTPUT, output));
        out.text(NAME, name).text(OPERATOR, operator);
        attributes.forEach(attribute -> out.message(ATTRIBUTE, attribute.write()));
        return domain.isEmpty() ? out : out.text(DOMAIN, domain);
    }
}
