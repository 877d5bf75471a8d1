// Extended statistics. They have a name in a schema of their own, and belong to a table.
#include "server/live_objects/names.hpp"
#include "server/live_objects/reader.hpp"

#include "server/normal_form.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_statistics(std::string_view name) { return attribute(ObjectKind::statistics, name); }

struct StatisticsDetails {
    Oid table;
    std::vector<std::int16_t> columns;
    std::string expressions;  // node tree of a list
    bool distinct, dependencies, most_common;
    int target;
};

void read_kinds(StatisticsDetails &details, HeapTuple tuple, TupleDesc descriptor) {
    bool is_null = false;
    ArrayType *kinds = DatumGetArrayTypeP(heap_getattr(tuple, Anum_pg_statistic_ext_stxkind, descriptor, &is_null));
    const char *letters = ARR_DATA_PTR(kinds);
    for (int i = 0; i < ARR_DIMS(kinds)[0]; ++i) {
        details.distinct = details.distinct || letters[i] == STATS_EXT_NDISTINCT;
        details.dependencies = details.dependencies || letters[i] == STATS_EXT_DEPENDENCIES;
        details.most_common = details.most_common || letters[i] == STATS_EXT_MCV;
    }
}

List *column_texts(const StatisticsDetails &row) {
    List *texts = NIL;
    for (std::size_t i = 0; i < row.columns.size(); ++i) {
        texts = lappend(texts, const_cast<char *>(quote_identifier(get_attname(row.table, row.columns[i], false))));
    }
    return texts;
}

List *expression_texts(const StatisticsDetails &row) {
    List *texts = NIL;
    if (row.expressions.empty()) {
        return texts;
    }
    auto *nodes = static_cast<List *>(stringToNode(row.expressions.c_str()));
    ListCell *cell = nullptr;
    foreach (cell, nodes) {
        const char *text = normal_form_of_node(static_cast<Node *>(lfirst(cell)), row.table);
        texts = lappend(texts, psprintf("(%s)", text == nullptr ? "NULL" : text));
    }
    return texts;
}

// Null for all, and where there is no choice: statistics of one expression.
char *kinds_text(const StatisticsDetails &row) {
    const bool some = row.distinct || row.dependencies || row.most_common;
    if (!some || (row.distinct && row.dependencies && row.most_common)) {
        return nullptr;
    }
    List *texts = NIL;
    for (const auto &[has, name] : {std::pair(row.distinct, "ndistinct"), std::pair(row.dependencies, "dependencies"),
                                    std::pair(row.most_common, "mcv")}) {
        texts = has ? lappend(texts, pstrdup(name)) : texts;
    }
    return joined_texts(texts, ", ", false);
}

void describe_statistics(ObjectReader &reader, const StatisticsDetails &row) {
    const char *table = found_or_raise(get_rel_name(row.table), "relation", row.table);
    const char *qualified = qualified_text(get_rel_namespace(row.table), table);
    List *columns = column_texts(row);
    List *expressions = expression_texts(row);
    const char *kinds = kinds_text(row);
    const char *target = row.target >= 0 ? psprintf("%d", row.target) : nullptr;
    reader.set(of_statistics("table"), qualified);
    reader.set(of_statistics("columns"), joined_texts(columns, ", ", true));
    reader.set(of_statistics("expressions"), joined_texts(expressions, ", ", true));
    reader.set(of_statistics("kinds"), kinds);
    reader.set(of_statistics("statistics_target"), target);
    if (reader.wants_ddl()) {
        const char *name = reader.qualified_name();
        reader.set(
            of_statistics("ddl"),
            psprintf("CREATE STATISTICS %s %s%s%sON %s FROM %s;%s", name, kinds == nullptr ? "" : "(",
                     kinds == nullptr ? "" : kinds, kinds == nullptr ? "" : ") ",
                     joined_texts(list_concat_copy(columns, expressions), ", ", false), qualified,
                     target == nullptr ? "" : psprintf(" ALTER STATISTICS %s SET STATISTICS %s;", name, target)));
    }
}

}  // namespace

void read_statistics(ObjectReader &reader) {
    std::unordered_map<Oid, StatisticsDetails> rows;
    scan_catalog(StatisticExtRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_statistic_ext>(GETSTRUCT(tuple));
        if (!reader.begin(ObjectKind::statistics, StatisticExtRelationId, row.oid, row.stxnamespace,
                          NameStr(row.stxname))) {
            return;
        }
        reader.set_owner(row.stxowner);
        // One in another schema than its table is told by its own name alone.
        const char *table = get_rel_name(row.stxrelid);
        if (table != nullptr && get_rel_namespace(row.stxrelid) == row.stxnamespace) {
            reader.set_table(table);
        }
        StatisticsDetails &details = rows[row.oid];
        details.table = row.stxrelid;
        details.columns.assign(row.stxkeys.values, row.stxkeys.values + row.stxkeys.dim1);
        details.target = statistics_target_of(tuple, descriptor);
        read_kinds(details, tuple, descriptor);
        if (const auto node = node_text_of(tuple, Anum_pg_statistic_ext_stxexprs, descriptor)) {
            details.expressions = *node;
        }
    });
    reader.for_each(ObjectKind::statistics,
                    [&](Oid statistics) { describe_statistics(reader, rows.find(statistics)->second); });
}

}  // namespace schema_audit::server
