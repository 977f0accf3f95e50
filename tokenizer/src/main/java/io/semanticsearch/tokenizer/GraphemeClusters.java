package io.semanticsearch.tokenizer;

/**
 * Where an extended grapheme cluster ends: what a reader takes for one character. The rules of Unicode's annex 29 (GB3 to GB13).
 *
 * <p>Java knows them too, but those of another version of Unicode and not without a String.
 */
final class GraphemeClusters {

    private enum Kind {
        OTHER, CR, LF, CONTROL, EXTEND, ZWJ, SPACING_MARK, PREPEND, L, V, T, LV, LVT, REGIONAL, PICTOGRAPH
    }

    private static final int SPACING = 1 << Character.COMBINING_SPACING_MARK;
    private static final int EXTENDING = 1 << Character.NON_SPACING_MARK | 1 << Character.ENCLOSING_MARK;
    private static final int CONTROLS = 1 << Character.CONTROL | 1 << Character.FORMAT | 1 << Character.LINE_SEPARATOR
            | 1 << Character.PARAGRAPH_SEPARATOR;

    /** Spacing marks by category that stand alone, and others that extend what is before them. */
    private static final CodePoints ALONE = new CodePoints(
            "102B-102C 1038 1062-1064 1067-106D 1083 1087-108C 108F 109A-109C 1A61 1A63-1A64 AA7B AA7D 11720-11721");
    private static final CodePoints EXTENDING_TOO = new CodePoints("FF9E-FF9F 1F3FB-1F3FF E0020-E007F");
    /** Marks of Unicode 17, which a runtime may not know yet. */
    private static final CodePoints SINCE_17 = new CodePoints(
            "1ACF-1ADD 1AE0-1AEB 10EFA-10EFB 11B60-11B67 1E6E3 1E6E6 1E6EE-1E6EF 1E6F5");
    private static final CodePoints PREPENDED = new CodePoints("600-605 6DD 70F 890-891 8E2 D4E 110BD 110CD 111C2-111C3 113D1 "
            + "1193F 11941 11A84-11A89 11D46 11F02");
    private static final CodePoints LINKERS = new CodePoints("94D 9CD ACD B4D C4D D4D 1039 17D2 1A60 1B44 1BAB A9C0 AAF6 10A3F "
            + "11133 113D0 1193E 11A47 11A99 11F42");
    private static final CodePoints CONSONANTS = new CodePoints("""
            915-939 958-95F 978-97F 995-9A8 9AA-9B0 9B2 9B6-9B9 9DC-9DD 9DF 9F0-9F1 A95-AA8 AAA-AB0 AB2-AB3 AB5-AB9 AF9 B15-B28
            B2A-B30 B32-B33 B35-B39 B5C-B5D B5F B71 C15-C28 C2A-C39 C58-C5A D15-D3A 1000-102A 103F 1050-1055 105A-105D 1061
            1065-1066 106E-1070 1075-1081 108E 1780-17B3 1A20-1A54 1B0B-1B0C 1B13-1B33 1B45-1B4C 1B83-1BA0 1BAE-1BAF 1BBB-1BBD
            A989-A98B A98F-A9B2 A9E0-A9E4 A9E7-A9EF A9FA-A9FE AA60-AA6F AA71-AA73 AA7A AA7E-AA7F AAE0-AAEA ABC0-ABDA
            """);

    private GraphemeClusters() {}

    /** Whether the code point can stand in one cluster with what is before or after it, apart from a line end of two chars. */
    static boolean joins(int codePoint) {
        return switch (kind(codePoint)) {
            case OTHER, CR, CONTROL, LV, LVT, PICTOGRAPH -> false;
            case LF, EXTEND, ZWJ, SPACING_MARK, PREPEND, L, V, T, REGIONAL -> true;
        };
    }

    /** The end of the cluster that begins at {@code from}, no further than {@code to}. */
    static int end(char[] chars, int from, int to) {
        int c = Character.codePointAt(chars, from, to);
        int i = from + Character.charCount(c);
        Kind last = kind(c);
        boolean pictograph = last == Kind.PICTOGRAPH; // and nothing but what extends it since
        boolean consonant = CONSONANTS.contains(c);
        boolean linked = false;
        boolean oddRegional = last == Kind.REGIONAL;
        while (i < to) {
            c = Character.codePointAt(chars, i, to);
            Kind next = kind(c);
            boolean joined = joined(last, next) || last == Kind.ZWJ && pictograph && next == Kind.PICTOGRAPH
                    || oddRegional && last == Kind.REGIONAL && next == Kind.REGIONAL || linked && CONSONANTS.contains(c);
            if (!joined) return i;
            pictograph = next == Kind.PICTOGRAPH || pictograph && (next == Kind.EXTEND || next == Kind.ZWJ);
            oddRegional = next == Kind.REGIONAL && !oddRegional;
            boolean linker = LINKERS.contains(c);
            boolean goesOn = linker || (next == Kind.EXTEND || next == Kind.ZWJ) && c != 0x200C;
            linked = consonant && goesOn && (linked || linker);
            consonant = CONSONANTS.contains(c) || consonant && goesOn;
            last = next;
            i += Character.charCount(c);
        }
        return to;
    }

    private static boolean joined(Kind last, Kind next) {
        if (last == Kind.CR && next == Kind.LF) return true;
        if (last == Kind.CR || last == Kind.LF || last == Kind.CONTROL) return false;
        return switch (next) {
            case CR, LF, CONTROL -> false;
            case EXTEND, ZWJ, SPACING_MARK -> true;
            case L, LV, LVT -> last == Kind.L || last == Kind.PREPEND;
            case V -> last == Kind.L || last == Kind.LV || last == Kind.V || last == Kind.PREPEND;
            case T -> last == Kind.LV || last == Kind.V || last == Kind.LVT || last == Kind.T || last == Kind.PREPEND;
            case OTHER, PREPEND, REGIONAL, PICTOGRAPH -> last == Kind.PREPEND;
        };
    }

    private static Kind kind(int c) {
        if (c < 0x300) {
            if (c == '\r') return Kind.CR;
            if (c == '\n') return Kind.LF;
            if (c < ' ' || c >= 0x7F && c < 0xA0 || c == 0xAD) return Kind.CONTROL;
            return c == 0xA9 || c == 0xAE ? Kind.PICTOGRAPH : Kind.OTHER;
        }
        if (c == 0x200D) return Kind.ZWJ;
        if (c == 0xE33 || c == 0xEB3) return Kind.SPACING_MARK;
        if (PREPENDED.contains(c)) return Kind.PREPEND;
        if (c == 0x200C || EXTENDING_TOO.contains(c) || SINCE_17.contains(c)) return Kind.EXTEND;
        int type = 1 << Character.getType(c);
        if ((type & EXTENDING) != 0) return Kind.EXTEND;
        if ((type & SPACING) != 0) return ALONE.contains(c) ? Kind.OTHER : Kind.SPACING_MARK;
        if ((type & CONTROLS) != 0 || c == 0x2065 || c >= 0xFFF0 && c <= 0xFFF8) return Kind.CONTROL;
        if (c >= 0x1100 && c <= 0xD7FB) return hangul(c);
        if (c >= 0x1F1E6 && c <= 0x1F1FF) return Kind.REGIONAL;
        return Character.isExtendedPictographic(c) ? Kind.PICTOGRAPH : Kind.OTHER;
    }

    private static Kind hangul(int c) {
        if (c <= 0x115F || c >= 0xA960 && c <= 0xA97C) return Kind.L;
        if (c >= 0x1160 && c <= 0x11A7 || c >= 0xD7B0 && c <= 0xD7C6) return Kind.V;
        if (c >= 0x11A8 && c <= 0x11FF || c >= 0xD7CB) return Kind.T;
        if (c >= 0xAC00 && c <= 0xD7A3) return (c - 0xAC00) % 28 == 0 ? Kind.LV : Kind.LVT;
        return Character.isExtendedPictographic(c) ? Kind.PICTOGRAPH : Kind.OTHER;
    }
}
