package io.semanticsearch.tokenizer;

import java.util.ArrayList;
import java.util.List;

import io.semanticsearch.tokenizer.Template.Part;

/** Special tokens where the file's templates say. */
record TemplateProcessing(Template single, Template pair) implements PostProcessor {

    static TemplateProcessing read(FileSection section) {
        FileSection specials = section.get("special_tokens");
        return new TemplateProcessing(template(section.get("single"), specials, 0), template(section.get("pair"), specials, 1));
    }

    /** @param second how often the second text must stand in the template */
    private static Template template(FileSection section, FileSection specials, int second) {
        List<Template.Piece> pieces = new ArrayList<>();
        for (FileSection piece : section.list()) {
            pieces.add(
                    piece.has("SpecialToken") ? special(piece.get("SpecialToken"), specials) : sequence(piece.get("Sequence")));
        }
        Template template = new Template(pieces);
        if (template.count(Part.FIRST) != 1 || template.count(Part.SECOND) != second) {
            throw section.bad("has text A [" + template.count(Part.FIRST) + "] times and text B [" + template.count(Part.SECOND)
                    + "] times, expected 1 and " + second);
        }
        return template;
    }

    private static Template.Special special(FileSection section, FileSection specials) {
        String token = section.get("id").text();
        if (!specials.has(token))
            throw section.bad("is token [" + token + "], which " + specials.path() + " does not hold; add it there");
        List<Integer> ids = specials.get(token).get("ids").list().stream().map(FileSection::count).toList();
        return new Template.Special(token, ids, section.get("type_id").count());
    }

    private static Template.Sequence sequence(FileSection section) {
        String text = section.object().get("id").text();
        Part part = switch (text) {
            case "A" -> Part.FIRST;
            case "B" -> Part.SECOND;
            default -> throw section.bad("is text [" + text + "], expected A or B");
        };
        return new Template.Sequence(part, section.get("type_id").count());
    }
}
