package io.semanticsearch.embedding.local;

import java.util.List;

/** Texts on which a compiled graph has to agree with the original: short and long ones, prose, figures, code, several scripts. */
final class ProbeTexts {

    private static final String PARAGRAPH = "A bicycle tyre loses air slowly even when it is not used, because rubber lets gas through."
            + " Riders therefore check the pressure once a week and pump it up to what is written on the side of the tyre. A flat tyre"
            + " after a ride has most often been pierced by a thorn or a piece of glass, which must be found and taken out before the"
            + " inner tube is patched, or the patch will not last a day. ";

    static final List<String> ALL = List.of(
            "flat tyre",
            "How do I fix a flat tyre on my bicycle?",
            "The quarterly revenue rose by 12.5 % to 3,480,000 euros, 41 days later than planned.",
            "for (int i = 0; i < n; i++) { sum += values[i] * weights[i]; }",
            "Der schnelle braune Fuchs springt über den faulen Hund, während es in Strömen regnet.",
            "La petite fille regardait par la fenêtre du train qui traversait les montagnes enneigées.",
            "今日は天気がいいので、公園まで散歩に行きましょう。",
            "Вчера вечером мы долго говорили о будущем нашего города.",
            "كان الكتاب مفتوحا على الطاولة بجانب النافذة",
            "!!! ??? -- 42 :-) ...",
            PARAGRAPH,
            PARAGRAPH.repeat(4));

    private ProbeTexts() {}
}
