#include "server/write_model.hpp"

#include "core/schema/id_map.hpp"
#include "core/schema/owned_sequence.hpp"
#include "core/text/format.hpp"

#include "server/own_query.hpp"

namespace schema_audit::server {
namespace {

// Rows for one INSERT … SELECT FROM unnest(…): a list of texts for each column. What is null points to null;
// the others point into the pool or into texts_.
class Rows {
public:
    explicit Rows(int columns) : columns_(static_cast<std::size_t>(columns)) {}

    void text(std::string_view value) { columns_[next()].push_back(keep(value)); }
    void text_or_null(std::string_view value) { columns_[next()].push_back(value.empty() ? nullptr : keep(value)); }
    void boolean(bool value) { columns_[next()].push_back(value ? "true" : "false"); }
    void integer(std::int64_t value) { text(std::to_string(value)); }
    [[nodiscard]] std::size_t count() const noexcept { return columns_.front().size(); }
    [[nodiscard]] std::size_t width() const noexcept { return columns_.size(); }
    [[nodiscard]] const std::vector<const char *> &column(std::size_t i) const noexcept { return columns_[i]; }
    void clear() {
        for (auto &column : columns_) {
            column.clear();
        }
        texts_.clear();
    }

private:
    std::size_t next() noexcept {
        const std::size_t column = at_;
        at_ = (at_ + 1) % columns_.size();
        return column;
    }
    const char *keep(std::string_view value) {
        texts_.push_back(std::make_unique<std::string>(value));
        return texts_.back()->c_str();
    }
    std::vector<std::vector<const char *>> columns_;
    std::vector<std::unique_ptr<std::string>> texts_;
    std::size_t at_ = 0;
};

Datum text_array(const std::vector<const char *> &values) {
    const auto count = static_cast<int>(values.size());
    auto *datums = static_cast<Datum *>(palloc(sizeof(Datum) * values.size()));
    auto *nulls = static_cast<bool *>(palloc(sizeof(bool) * values.size()));
    for (int i = 0; i < count; ++i) {
        nulls[i] = values[static_cast<std::size_t>(i)] == nullptr;
        datums[i] = nulls[i] ? Datum{0} : CStringGetTextDatum(values[static_cast<std::size_t>(i)]);
    }
    int dimensions[1] = {count};
    int lower_bounds[1] = {1};
    return PointerGetDatum(
        construct_md_array(datums, nulls, 1, dimensions, lower_bounds, TEXTOID, -1, false, TYPALIGN_INT));
}

// A table of the models, its columns after the model's name, and what makes them of $2 … as text[].
struct Part {
    const char *table, *columns, *select;
};

// Gets the rows that a writer makes, many at once.
class RowSink {
public:
    virtual ~RowSink() = default;
    virtual void take(const Part &part, Rows &rows) = 0;
    virtual void take_kinds(Rows &rows) = 0;
};

constexpr int most_parameters = 32;
struct Parameters {
    Oid types[most_parameters];
    Datum values[most_parameters];
    int count;
};

Parameters parameters_of(const char *model, const Rows &rows) {
    Parameters parameters{};
    parameters.types[0] = TEXTOID;
    parameters.values[0] = CStringGetTextDatum(model);
    parameters.count = static_cast<int>(rows.width()) + 1;
    for (std::size_t i = 0; i < rows.width(); ++i) {
        parameters.types[i + 1] = TEXTARRAYOID;
        parameters.values[i + 1] = text_array(rows.column(i));
    }
    return parameters;
}

// $1 of the statement is the model.
void insert(const std::string &statement, const std::string &model, const Rows &rows) {
    const char *text = statement.c_str();
    const char *name = model.c_str();
    server_call([&] {
        SPI_connect();
        Parameters parameters = parameters_of(name, rows);
        const int result =
            SPI_execute_with_args(text, parameters.count, parameters.types, parameters.values, nullptr, false, 0);
        if (result != SPI_OK_INSERT) {
            elog(ERROR, "schema_audit: storing a model failed: %s", SPI_result_code_string(result));
        }
        SPI_finish();
    });
}

constexpr std::size_t rows_at_once = 10000;

constexpr Part table_part{
    "model_table", "schema_name, table_name, kind, attributes",
    "t.s, t.t, t.k, pg_catalog.jsonb_object(t.a::pg_catalog.text[]) FROM ROWS FROM "
    "(pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4), pg_catalog.unnest($5)) AS t "
    "(s, t, k, a)"};
constexpr Part column_part{
    "model_column",
    "schema_name, table_name, column_name, position, data_type, not_null, default_expression, "
    "default_normal, identity, generated, owns_sequence, collation_name, attributes",
    "t.s, t.t, t.c, t.p::pg_catalog.int4, t.d, t.n::pg_catalog.bool, t.e, t.f, t.i, t.g, "
    "t.o::pg_catalog.bool, t.l, pg_catalog.jsonb_object(t.a::pg_catalog.text[]) FROM ROWS FROM "
    "(pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4), pg_catalog.unnest($5), "
    "pg_catalog.unnest($6), pg_catalog.unnest($7), pg_catalog.unnest($8), pg_catalog.unnest($9), "
    "pg_catalog.unnest($10), pg_catalog.unnest($11), pg_catalog.unnest($12), pg_catalog.unnest($13), "
    "pg_catalog.unnest($14)) AS t (s, t, c, p, d, n, e, f, i, g, o, l, a)"};
constexpr Part constraint_part{
    "model_constraint",
    "schema_name, table_name, constraint_name, kind, columns, referenced_schema, referenced_table, "
    "referenced_columns, on_update, on_delete, match_type, is_deferrable, initially_deferred, validated, "
    "no_inherit, nulls_not_distinct, expression, expression_normal, attributes",
    "t.s, t.t, t.n, t.k, t.c::pg_catalog.text[], t.rs, t.rt, t.rc::pg_catalog.text[], t.u, t.d, t.m, "
    "t.f1::pg_catalog.bool, t.f2::pg_catalog.bool, t.f3::pg_catalog.bool, t.f4::pg_catalog.bool, "
    "t.f5::pg_catalog.bool, t.e, t.en, pg_catalog.jsonb_object(t.a::pg_catalog.text[]) FROM ROWS FROM "
    "(pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4), pg_catalog.unnest($5), "
    "pg_catalog.unnest($6), pg_catalog.unnest($7), pg_catalog.unnest($8), pg_catalog.unnest($9), "
    "pg_catalog.unnest($10), pg_catalog.unnest($11), pg_catalog.unnest($12), pg_catalog.unnest($13), "
    "pg_catalog.unnest($14), pg_catalog.unnest($15), pg_catalog.unnest($16), pg_catalog.unnest($17), "
    "pg_catalog.unnest($18), pg_catalog.unnest($19), pg_catalog.unnest($20)) AS t (s, t, n, k, c, rs, rt, "
    "rc, u, d, m, f1, f2, f3, f4, f5, e, en, a)"};
constexpr Part index_part{
    "model_index",
    "schema_name, table_name, index_name, method, is_unique, nulls_not_distinct, keys, include, "
    "predicate, predicate_normal, attributes",
    "t.s, t.t, t.n, t.m, t.u::pg_catalog.bool, t.d::pg_catalog.bool, t.k::pg_catalog.text[], "
    "t.i::pg_catalog.text[], t.p, t.pn, pg_catalog.jsonb_object(t.a::pg_catalog.text[]) FROM ROWS FROM "
    "(pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4), pg_catalog.unnest($5), "
    "pg_catalog.unnest($6), pg_catalog.unnest($7), pg_catalog.unnest($8), pg_catalog.unnest($9), "
    "pg_catalog.unnest($10), pg_catalog.unnest($11), pg_catalog.unnest($12)) AS t (s, t, n, m, u, d, k, "
    "i, p, pn, a)"};
constexpr Part object_part{
    "model_object", "kind, schema_name, table_name, object_name, definition",
    "t.k, t.s, t.t, t.n, pg_catalog.jsonb_object(t.a::pg_catalog.text[]) FROM ROWS FROM "
    "(pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4), pg_catalog.unnest($5), "
    "pg_catalog.unnest($6)) AS t (k, s, t, n, a)"};
// INSERT, so that one way of running statements does for all: the row of the model is there.
constexpr const char *set_kinds =
    "INSERT INTO schema_audit.model AS m (model, kinds, whole_database) "
    "SELECT $1, pg_catalog.array_agg(t.k) FILTER (WHERE t.k <> ''), pg_catalog.bool_or(t.w::pg_catalog.bool) "
    "FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3)) AS t (k, w) "
    "ON CONFLICT (model) DO UPDATE SET kinds = coalesce(excluded.kinds, '{}'), whole_database = "
    "excluded.whole_database";

constexpr const char *describe_kinds =
    "SELECT pg_catalog.jsonb_build_object('kinds', coalesce(pg_catalog.array_agg(t.k) FILTER (WHERE t.k <> ''), '{}'), "
    "'whole_database', pg_catalog.bool_or(t.w::pg_catalog.bool)) "
    "FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3)) AS t (k, w)";

std::string_view table_kind_text(TableKind kind) noexcept {
    switch (kind) {
        case TableKind::partitioned_table:
            return "partitioned table";
        case TableKind::partition:
            return "partition";
        case TableKind::foreign_table:
            return "foreign table";
        default:
            return "table";
    }
}

std::string_view constraint_kind_text(ConstraintKind kind) noexcept {
    switch (kind) {
        case ConstraintKind::primary_key:
            return "primary key";
        case ConstraintKind::unique:
            return "unique";
        case ConstraintKind::foreign_key:
            return "foreign key";
        case ConstraintKind::check:
            return "check";
        default:
            return "exclusion";
    }
}

std::string_view action_text(char letter) noexcept {
    switch (letter) {
        case FKCONSTR_ACTION_RESTRICT:
            return "restrict";
        case FKCONSTR_ACTION_CASCADE:
            return "cascade";
        case FKCONSTR_ACTION_SETNULL:
            return "set null";
        case FKCONSTR_ACTION_SETDEFAULT:
            return "set default";
        default:
            return "no action";
    }
}

class ModelWriter {
public:
    ModelWriter(const Schema &schema, const TextPool &pool, ModelExtent extent, RowSink &sink)
        : schema_(schema), pool_(pool), extent_(extent), sink_(sink) {}

    std::int64_t write() {
        write_tables();
        write_columns();
        write_constraints();
        write_indexes();
        write_objects();
        write_kinds();
        return objects_;
    }

private:
    static bool is_stored(const Table &table) noexcept {
        return table.kind != TableKind::view && table.kind != TableKind::materialized_view &&
               table.kind != TableKind::other && !table.extension_member && !table.vanished;
    }
    [[nodiscard]] std::string_view view(TextId id) const noexcept { return pool_.view(id); }

    // '{"a","b"}'
    [[nodiscard]] std::string array_literal(IdList list) const {
        std::string result = "{";
        for (const TextId id : schema_.view(list)) {
            result += result.size() > 1 ? "," : "";
            append_element(result, view(id));
        }
        return result + "}";
    }
    static void append_element(std::string &array, std::string_view item) {
        array += '"';
        for (const char c : item) {
            if (c == '"' || c == '\\') {
                array += '\\';
            }
            array += c;
        }
        array += '"';
    }

    // '{"persistence","unlogged"}', null for none.
    void add_attributes(Rows &rows, ObjectKind kind, Range attributes) {
        std::string text = "{";
        for (const Attribute &attribute : schema_.view(attributes)) {
            for (const std::string_view item : {attribute_spec(kind, attribute.id).name, view(attribute.value)}) {
                text += text.size() > 1 ? "," : "";
                append_element(text, item);
            }
        }
        rows.text_or_null(attributes.count == 0 ? "" : text + "}");
    }

    template <class Write>
    void for_each_table(const Part &part, int width, Write write) {
        Rows rows(width);
        for (const Table &table : schema_.tables) {
            if (is_stored(table)) {
                write(rows, table);
                hand_over(part, rows, rows_at_once);
            }
        }
        hand_over(part, rows, 1);
    }

    void hand_over(const Part &part, Rows &rows, std::size_t least) {
        if (rows.count() >= least) {
            sink_.take(part, rows);
            rows.clear();
        }
    }

    void write_tables() {
        for_each_table(table_part, 4, [this](Rows &rows, const Table &table) {
            rows.text(view(table.schema));
            rows.text(view(table.name));
            rows.text(table_kind_text(table.kind));
            add_attributes(rows, ObjectKind::table, table.attributes);
            ++objects_;
        });
    }

    void write_columns() {
        for_each_table(column_part, 13, [this](Rows &rows, const Table &table) {
            std::int64_t position = 0;
            for (const Column &column : schema_.columns_of(table)) {
                rows.text(view(table.schema));
                rows.text(view(table.name));
                rows.text(view(column.name));
                rows.integer(++position);
                rows.text(view(column.type));
                rows.boolean(column.not_null);
                rows.text_or_null(view(column.default_text));
                rows.text_or_null(view(column.default_normal));
                rows.text_or_null(column.identity == Identity::none     ? ""
                                  : column.identity == Identity::always ? "always"
                                                                        : "by default");
                rows.text_or_null(column.generated == Generated::none     ? ""
                                  : column.generated == Generated::stored ? "stored"
                                                                          : "virtual");
                rows.boolean(column.owns_sequence);
                rows.text_or_null(view(column.collation));
                add_attributes(rows, ObjectKind::column, column.attributes);
            }
        });
    }

    void write_constraints() {
        for_each_table(constraint_part, 19, [this](Rows &rows, const Table &table) {
            for (const Constraint &constraint : schema_.constraints_of(table)) {
                if (table.kind == TableKind::partition && constraint.inherited) {
                    continue;  // the parent's, told there once
                }
                rows.text(view(table.schema));
                rows.text(view(table.name));
                rows.text(view(constraint.name));
                rows.text(constraint_kind_text(constraint.kind));
                rows.text(array_literal(constraint.columns));
                rows.text_or_null(view(constraint.referenced_schema));
                rows.text_or_null(view(constraint.referenced_table));
                rows.text_or_null(
                    constraint.referenced_columns.count == 0 ? "" : array_literal(constraint.referenced_columns));
                rows.text(action_text(constraint.on_update));
                rows.text(action_text(constraint.on_delete));
                rows.text(constraint.match_type == FKCONSTR_MATCH_FULL ? "full" : "simple");
                rows.boolean(constraint.deferrable);
                rows.boolean(constraint.initially_deferred);
                rows.boolean(constraint.validated);
                rows.boolean(constraint.no_inherit);
                rows.boolean(constraint.nulls_not_distinct);
                rows.text_or_null(view(constraint.expression));
                rows.text_or_null(view(constraint.expression_normal));
                add_attributes(rows, ObjectKind::constraint, constraint.attributes);
                ++objects_;
            }
        });
    }

    void write_indexes() {
        for_each_table(index_part, 11, [this](Rows &rows, const Table &table) {
            for (const Index &index : schema_.indexes_of(table)) {
                // What CREATE INDEX CONCURRENTLY has not finished nobody can expect; on a partitioned table an index
                // stays invalid until every partition has its own.
                if (index.backs_constraint || (table.kind == TableKind::partition && index.inherited) ||
                    (!index.valid && !table.partitioned && table.kind != TableKind::partitioned_table)) {
                    continue;
                }
                rows.text(view(table.schema));
                rows.text(view(table.name));
                rows.text(view(index.name));
                rows.text(view(index.method));
                rows.boolean(index.unique);
                rows.boolean(index.nulls_not_distinct);
                rows.text(array_literal(index.keys));
                rows.text(array_literal(index.include));
                rows.text_or_null(view(index.predicate));
                rows.text_or_null(view(index.predicate_normal));
                add_attributes(rows, ObjectKind::index, index.attributes);
                ++objects_;
            }
        });
    }

    // A sequence of a column that is as the server makes it goes without saying; its owner is the table's.
    [[nodiscard]] bool is_implied(const SchemaObject &object) const {
        return object.kind == ObjectKind::sequence && object.table != TextId::none &&
               numbers_its_column(schema_, pool_, owner_of(object), object) &&
               std::ranges::all_of(schema_.view(object.attributes), [](const Attribute &item) {
                   return item.id == attribute(ObjectKind::sequence, "owned_by") ||
                          item.id == attribute(ObjectKind::sequence, "owner");
               });
    }

    [[nodiscard]] const Table *owner_of(const SchemaObject &sequence) const noexcept {
        const std::uint32_t found = tables_.get(pair_of(sequence.schema, sequence.table));
        return found == PairMap::absent ? nullptr : &schema_.tables[found];
    }

    void write_objects() {
        for (std::size_t i = 0; i < schema_.tables.size(); ++i) {
            tables_.set(pair_of(schema_.tables[i].schema, schema_.tables[i].name), static_cast<std::uint32_t>(i));
        }
        Rows rows(5);
        for (const SchemaObject &object : schema_.objects) {
            if (is_implied(object)) {
                continue;
            }
            rows.text(spec_of(object.kind).word);
            rows.text(view(object.schema));
            rows.text(view(object.table));
            rows.text(view(object.name));
            if (object.attributes.count == 0) {
                rows.text("{}");
            } else {
                add_attributes(rows, object.kind, object.attributes);
            }
            described_ |= object.table == TextId::none || spec_of(object.kind).place == Place::on_table
                              ? mask_of(object.kind)
                              : KindMask{0};
            objects_ += object.kind == ObjectKind::schema ? 0 : 1;  // where they lie, not what was asked for
            hand_over(object_part, rows, rows_at_once);
        }
        hand_over(object_part, rows, 1);
    }

    void write_kinds() {
        Rows rows(2);
        rows.text("");
        rows.boolean(extent_.whole_database);
        for (const KindSpec &kind : kinds) {
            if (((described_ | extent_.describes) & mask_of(kind.kind)) != 0) {
                rows.text(kind.word);
                rows.boolean(extent_.whole_database);
            }
        }
        sink_.take_kinds(rows);
    }

    const Schema &schema_;
    const TextPool &pool_;
    PairMap tables_;
    ModelExtent extent_;
    RowSink &sink_;
    KindMask described_ = 0;
    std::int64_t objects_ = 0;
};

class StoringSink : public RowSink {
public:
    explicit StoringSink(std::string_view model) : model_(model) {}
    void take(const Part &part, Rows &rows) override {
        insert(format("INSERT INTO schema_audit.{} (model, {}) SELECT $1, {}", part.table, part.columns, part.select),
               model_, rows);
    }
    void take_kinds(Rows &rows) override { insert(set_kinds, model_, rows); }

private:
    std::string model_;
};

class DocumentSink : public RowSink {
public:
    explicit DocumentSink(std::vector<PartDocument> &documents) : documents_(documents) {}
    void take(const Part &part, Rows &rows) override {
        add(part.table, format("SELECT pg_catalog.to_jsonb(r) FROM (SELECT {}) AS r ({})", part.select, part.columns),
            rows);
    }
    void take_kinds(Rows &rows) override { add("model", describe_kinds, rows); }

private:
    // In a memory context of its own: there may be many times so many rows.
    void add(const char *part, const std::string &statement, const Rows &rows) {
        const char *text = statement.c_str();
        const MemoryContext outer = CurrentMemoryContext;
        const QueryRows found = server_call([&] {
            scratch_ = AllocSetContextCreate(outer, "schema_audit documents", ALLOCSET_DEFAULT_SIZES);
            MemoryContextSwitchTo(scratch_);
            Parameters parameters = parameters_of("", rows);
            const QueryRows selected = select_rows(text, parameters.count, parameters.types, parameters.values);
            MemoryContextSwitchTo(outer);
            return selected;
        });
        for (int i = 0; i < found.count; ++i) {
            documents_.push_back({part, found.row(i)[0]});
        }
        server_call([&] { MemoryContextDelete(scratch_); });
    }
    MemoryContext scratch_ = nullptr;
    std::vector<PartDocument> &documents_;
};

}  // namespace

std::int64_t write_model(const Schema &schema, const TextPool &pool, std::string_view model, ModelExtent extent) {
    StoringSink sink(model);
    return ModelWriter(schema, pool, extent, sink).write();
}

std::vector<PartDocument> describe_model(const Schema &schema, const TextPool &pool, ModelExtent extent) {
    std::vector<PartDocument> documents;
    DocumentSink sink(documents);
    ModelWriter(schema, pool, extent, sink).write();
    return documents;
}

}  // namespace schema_audit::server
