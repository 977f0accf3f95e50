package io.semanticsearch.query;

import io.semanticsearch.field.EmbeddingFieldType;
import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.SourceText.Part;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.lucene.search.highlight.Encoder;
import org.opensearch.core.common.text.Text;
import org.opensearch.index.mapper.MappedFieldType;
import org.opensearch.search.fetch.subphase.highlight.FieldHighlightContext;
import org.opensearch.search.fetch.subphase.highlight.HighlightField;
import org.opensearch.search.fetch.subphase.highlight.HighlightUtils.Encoders;
import org.opensearch.search.fetch.subphase.highlight.Highlighter;
import org.opensearch.search.fetch.subphase.highlight.SearchHighlightContext.FieldOptions;

/**
 * {@code "type": "semantic"} in a {@code highlight}: the passages of a source field that are nearest to what the {@code semantic} clauses of
 * the search look for. A fragment is a passage, or what of it lies in this field. It needs no model: the vectors of the passages are there.
 */
public final class PassageHighlighter implements Highlighter {

    public static final String TYPE = "semantic";

    @Override
    public boolean canHighlight(MappedFieldType type) {
        return true;
    }

    @Override
    public HighlightField highlight(FieldHighlightContext context) throws IOException {
        String field = context.fieldType.name();
        List<ScoredPassage> best = new ArrayList<>();
        boolean searched = false;
        for (PassageClause clause : PassageClause.in(context.query)) {
            if (!clause.field().sourceFields().contains(field)) continue;
            searched = true;
            if (FieldConfig.isHidden(clause.field().path(), context.hitContext.reader())) continue;
            best.addAll(ScoredPassage.of(clause, context.hitContext.sourceLookup().loadSourceIfNeeded()));
        }
        if (!searched) checkPassages(field, context);
        best.removeIf(passage -> passage.text().isEmpty());
        best.sort(ScoredPassage.BEST_FIRST);
        Marks marks = Marks.of(context.field.fieldOptions());
        List<Fragment> fragments = marks.options.numberOfFragments() == 0 ? marks.whole(best, field) : marks.some(best, field);
        if (fragments.isEmpty()) return null;
        return new HighlightField(context.fieldName,
                fragments.stream().map(fragment -> new Text(fragment.marked)).toArray(Text[]::new));
    }

    /** Without a word, a field that can have no passages would look as if it had no good ones. */
    private static void checkPassages(String field, FieldHighlightContext context) {
        if (context.field.field().indexOf('*') >= 0) return;
        List<FieldConfig> made = StreamSupport.stream(context.context.mapperService().fieldTypes().spliterator(), false)
                .filter(EmbeddingFieldType.class::isInstance)
                .map(type -> ((EmbeddingFieldType) type).config())
                .filter(config -> config.sourceFields().contains(field))
                .toList();
        if (made.isEmpty() || made.stream().anyMatch(config -> config.passages().isPresent())) return;
        throw new IllegalArgumentException(
                "[highlight] of type [" + TYPE + "] shows passages, and field [" + made.getFirst().path()
                        + "], which is made of [" + field
                        + "], is mapped without [passages]; map it with them, or highlight by another [type]");
    }

    /** A piece of a value, marked, and where it stands. */
    private record Fragment(int place, int start, String marked) {}

    private record Marks(FieldOptions options, Encoder encoder, String before, String after) {

        static Marks of(FieldOptions options) {
            Encoder encoder = "html".equals(options.encoder()) ? Encoders.HTML : Encoders.DEFAULT;
            return new Marks(options, encoder, options.preTags()[0], options.postTags()[0]);
        }

        /** The best passages as fragments of their own. */
        List<Fragment> some(List<ScoredPassage> best, String field) {
            List<Fragment> fragments = new ArrayList<>();
            for (ScoredPassage passage : best) {
                for (Part part : passage.parts()) {
                    if (fragments.size() == options.numberOfFragments()) break;
                    if (part.source().equals(field)) add(passage, part, false, fragments);
                }
            }
            if (!Boolean.TRUE.equals(options.scoreOrdered())) {
                fragments.sort(Comparator.comparing(Fragment::place).thenComparing(Fragment::start));
            }
            return fragments;
        }

        /** The values that the best passage lies in, whole. */
        List<Fragment> whole(List<ScoredPassage> best, String field) {
            List<Fragment> fragments = new ArrayList<>();
            for (ScoredPassage passage : best) {
                for (Part part : passage.parts()) if (part.source().equals(field)) add(passage, part, true, fragments);
                if (!fragments.isEmpty()) break;
            }
            return fragments;
        }

        private void add(ScoredPassage passage, Part part, boolean whole, List<Fragment> fragments) {
            String text = passage.text().orElseThrow();
            int start = Math.max(part.start(), passage.start());
            int end = Math.min(part.end(), passage.end());
            if (start >= end || text.substring(start, end).isBlank()) return;
            String marked = before + encoder.encodeText(text.substring(start, end)) + after;
            if (whole) {
                marked = encoder.encodeText(text.substring(part.start(), start)) + marked
                        + encoder.encodeText(text.substring(end, part.end()));
            }
            Fragment fragment = new Fragment(passage.place(), start, marked);
            if (!fragments.contains(fragment)) fragments.add(fragment);
        }
    }
}
