package io.semanticsearch.query;

import java.util.List;
import org.opensearch.index.query.QueryBuilder;

/** A clause that finds a number of best hits, and so must know what else these have to match: filtering afterwards would leave fewer. */
interface Restrictable extends QueryBuilder {

    /** The same clause, finding only what matches all of these as well. */
    QueryBuilder restrictedTo(List<Restriction> restrictions);
}
